/** What axe-core finds wrong on a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, or cannot tell; a mail has no landmarks, so there only what WCAG asks for counts. */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  const runOnly = name.startsWith('mail') ? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] : undefined;
  const options = JSON.stringify({ resultTypes: ['violations', 'incomplete'], ...(runOnly && { runOnly }) });
  return page.evaluate<string[]>(`(async () => {
    if (!window.axe) { ${AXE} }
    const { violations, incomplete } = await axe.run(document, ${options});
    return [...violations, ...incomplete].map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(', '));
  })()`);
}
