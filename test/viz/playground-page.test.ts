/** The playground: structures made in the page, relaxed there, and moved along their answer; no file at hand. */
import { expect, test } from 'vitest';
import { recipes, type Viewer } from '../../viz/index.js';
import { axeFaults } from './axe.js';
import { describeViewer } from './browser.js';

declare const stillpointViewer: Viewer;

describeViewer('the playground', {}, (hands) => {
  const { page, session, unfold, viewer } = hands;

  const runName = () => page().evaluate(() => stillpointViewer.run?.name ?? '');
  /** Relaxed, with the sensitivity of the recipe's parameter. */
  async function relaxed(): Promise<void> {
    await page().getByTitle('Relax the shown structure').click();
    await expect.poll(async () => (await session()).arrows, { timeout: 30_000 }).toBe('sensitivity');
    await page().getByLabel('Change', { exact: true }).waitFor();
  }

  test('begins where nothing is open, with a packing that is relaxed and dragged by its diameter', async () => {
    await page().getByRole('button', { name: 'Or play with a packing' }).click();
    expect(await runName()).toBe('Packing of disks, 128 atoms, seed 0');
    await relaxed();
    const converged = () =>
      page().evaluate(() => {
        const { run } = stillpointViewer;
        return run?.frame(run.length - 1).info.get('converged');
      });
    expect(await converged()).toBe(true);
    const energies = await page().evaluate(() => stillpointViewer.run?.info('energy') ?? []);
    expect(energies.length).toBeGreaterThan(100);
    expect(energies[energies.length - 1]).toBeLessThan((energies[0] ?? 0) / 10);
    // Dragged, not set: the slider follows the mouse.
    const place = await page().getByLabel('Change', { exact: true }).boundingBox();
    if (place === null) throw new Error('the slider is not there');
    const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
    await page().mouse.move(x, y);
    await page().mouse.down();
    await page().mouse.move(x + place.width / 4, y, { steps: 5 });
    await page().mouse.up();
    expect((await session()).change).toBeGreaterThan(0);
    await page().getByRole('button', { name: 'Relax again' }).click();
    await expect.poll(runName, { timeout: 30_000 }).toMatch(/ at diameter\.B = 0\.6\d+$/);
  });

  test.each(recipes)('makes and relaxes: $name', async ({ id, name, count, parameter }) => {
    await page().goto('about:blank');
    await page().goto(`${viewer().server.address}#playground`);
    await page().waitForSelector('html[data-state="ready"]');
    await page().getByLabel('Structure', { exact: true }).selectOption(id);
    expect(await page().getByLabel('Atoms', { exact: true }).inputValue()).toBe(String(count));
    const atoms = Math.min(count, 60);
    await page().getByLabel('Atoms', { exact: true }).fill(String(atoms));
    await page().getByLabel('Seed', { exact: true }).fill('4');
    await page().getByTitle('Make the structure').click();
    await expect.poll(runName).toMatch(new RegExp(`^${name}, \\d+ atoms, seed 4$`));
    // A crystal has whole cells: its name tells how many atoms there are.
    const made = await page().evaluate(() => stillpointViewer.run?.first.count);
    expect(await runName()).toContain(` ${made} atoms`);
    expect(Math.abs((made ?? 0) - atoms)).toBeLessThan(atoms / 2);
    await relaxed();
    expect(await page().locator('.value').textContent()).toContain(`${parameter} = `);
  });

  test('refuses numbers that no structure has', async () => {
    await page().getByRole('button', { name: 'Or play with a packing' }).click();
    await page().getByLabel('Atoms', { exact: true }).fill('1');
    await page().getByTitle('Make the structure').click();
    expect(await hands.alertText()).toMatch(/2 to 20000 atoms/);
    expect(await runName()).toBe('Packing of disks, 128 atoms, seed 0');
  });

  test('has no fault that axe-core finds, in light and in dark', async () => {
    await page().getByRole('button', { name: 'Or play with a packing' }).click();
    await relaxed();
    await page().getByRole('button', { name: 'Relax again' }).click();
    await expect.poll(runName, { timeout: 30_000 }).toContain(' at ');
    await unfold('Side by side');
    await page().getByLabel('Second picture').selectOption({ index: 1 });
    for (const theme of ['light', 'dark'] as const) {
      await page().evaluate((theme) => stillpointViewer.setTheme(theme), theme);
      expect(await axeFaults(page())).toEqual([]);
    }
  });
});
