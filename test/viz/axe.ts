/** What axe-core finds wrong with a page for people who do not see it, or use it by keyboard. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Milliseconds without a change, after which a page is at rest. */
const REST = 250;

/** All faults in the page, or in the parts of it that these selectors name. */
export async function axeFaults(page: Page, ...include: readonly string[]): Promise<string[]> {
  await page.evaluate(axe);
  // An element that is replaced while axe-core looks at it makes it throw.
  await page.evaluate(
    (rest) =>
      new Promise<void>((done) => {
        let timer = setTimeout(finish, rest);
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(finish, rest);
        });
        observer.observe(document, { subtree: true, childList: true });
        function finish(): void {
          observer.disconnect();
          done();
        }
      }),
    REST,
  );
  const scope = include.length === 0 ? '' : JSON.stringify({ include });
  const { violations } = (await page.evaluate(`axe.run(${scope})`)) as AxeResults;
  return (
    violations
      // Which landmark a part is in, is a matter of the page around it.
      .filter(({ id }) => include.length === 0 || id !== 'region')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join('\n  ')}`)
  );
}
