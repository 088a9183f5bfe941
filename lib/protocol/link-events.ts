/** Events about one link: each names it by its account tag and record id. */
import type { EventDetails, EventType, Reporter } from '../events/events.js';
import type { LinkRef } from './store.js';

export function reportLink(events: Reporter, type: EventType, link: LinkRef, details?: EventDetails): void {
  events.report(type, { ...linkDetails(link), ...details });
}

export const linkDetails = ({ account, recordId }: LinkRef): EventDetails => ({ account, link: recordId });
