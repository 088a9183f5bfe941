/** Signals over a strategy that is asked for nothing but its events. */
import { type MagicLinkEvent, MagicLinkStrategy, MemoryStore } from '../../lib/index.js';
import { type SignalOptions, type SignalProvider, Signals } from '../../lib/signals/index.js';
import { ada, SECRET } from '../support/app.js';

export const login = { address: ada.email };

export const newStrategy = () =>
  new MagicLinkStrategy(
    {
      secret: SECRET,
      origin: 'http://localhost:3000',
      callbackPath: '/login/callback',
      store: new MemoryStore(),
      mail: { deliver: async () => {} },
    },
    () => ({}),
  );

export function newSignals(providers: readonly SignalProvider[], options: Partial<SignalOptions> = {}) {
  const strategy = newStrategy();
  const events: MagicLinkEvent[] = [];
  strategy.events.on('*', (event) => events.push(event));
  const [account = ''] = strategy.accountTags(ada.email);
  return { signals: new Signals(strategy, { providers, ...options }), events, account };
}
