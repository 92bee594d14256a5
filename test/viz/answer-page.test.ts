/** The answer to a parameter as a person uses it: the slider, relaxing again in the page, and what comes out in Node. */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { potentialFromConfig } from '../../potentials/index.js';
import { sensitivityStructure } from '../../scripts/structure.js';
import { type Equilibrium, relax, relaxModel } from '../../src/relax/index.js';
import {
  bidispersePacking,
  coordinates,
  createSystem,
  formatExtendedXyz,
  numberColumn,
  parseExtendedXyz,
  type System,
  wrap,
} from '../../systems/index.js';
import { type Camera, frameOfSystem, measure, movedFrame, type Viewer } from '../../viz/index.js';
import { describeViewer, eventually, type Hands } from './browser.js';
import type { Area } from './disks.js';

declare const stillpointViewer: Viewer;

const potential = { kind: 'soft-sphere', parameters: { diameter: { A: 1, B: 0.6 } } };
const start = bidispersePacking({ count: 32, diameters: [1, 0.6], packingFraction: 0.98, seed: 2 });
const written = parseExtendedXyz(formatExtendedXyz(answerOf(start)))[0];
const loose = createSystem({ ...start, info: {} });

function answerOf(system: System): System {
  const rest = relax(system, potentialFromConfig(potential), { maxForce: 1e-12, maxSteps: 50_000 });
  const direction = { diameter: { B: 1 } };
  return sensitivityStructure(rest, rest.sensitivity(direction), {
    parameter: 'diameter.B',
    direction,
    potential,
  });
}

/** The structure of the file, relaxed in Node with the small disks larger by so much. */
function truthAt(change: number): Equilibrium {
  const model = potentialFromConfig(potential).bind(written);
  const { blocks } = model.layout;
  const place = (blocks.find(({ name }) => name === 'diameter')?.offset ?? 0) + 1;
  const theta = model.theta.map((value, k) => (k === place ? value + change : value));
  return relaxModel(model.withTheta(theta), { maxForce: 1e-10, maxSteps: 100_000 });
}

/** Where a point of the plane is seen. */
function pixelAt({ target, height }: Camera, area: Area, x: number, y: number): [number, number] {
  const scale = area.height / height;
  return [
    Math.round(area.x + area.width / 2 + (x - target[0]) * scale),
    Math.round(area.y + area.height / 2 - (y - target[1]) * scale),
  ];
}

/** How deep a point is inside of a disk; negative outside of all. */
function depths(system: System): (x: number, y: number) => number {
  const places = coordinates(wrap(system));
  const diameters = numberColumn(system, 'diameter');
  return (x, y) => {
    let depth = -Infinity;
    for (const [i, diameter] of diameters.entries()) {
      depth = Math.max(depth, diameter / 2 - Math.hypot(x - places[2 * i], y - places[2 * i + 1]));
    }
    return depth;
  };
}

/** Points that are in a disk of one structure and clear of those of the other. */
function pointsBetween(inside: System, outside: System, margin: number): [number, number][] {
  const side = inside.box.vectors[0];
  const [within, beyond] = [depths(inside), depths(outside)];
  const points: [number, number][] = [];
  const fine = 400;
  for (let a = 0; a < fine; a++) {
    for (let b = 0; b < fine; b++) {
      const [x, y] = [(a * side) / fine, (b * side) / fine];
      if (within(x, y) > margin && beyond(x, y) < -margin) points.push([x, y]);
    }
  }
  return points.filter((_, k) => k % Math.ceil(points.length / 30) === 0);
}

const isWhite = ([r, g, b]: readonly number[]): boolean => Math.min(r, g, b) > 240;

function helpers(hands: Hands) {
  const page = hands.page;
  const changeSlider = () => page().getByLabel('Change', { exact: true });
  const answerStatus = () => page().locator('details', { hasText: 'Answer' }).locator('.status').first();
  return {
    changeSlider,
    answerStatus,
    relaxStatus: () => page().locator('[name=potential]').locator('xpath=../..').locator('.status'),
    /** Positions of the frame that is shown. */
    positions: (frame: number) =>
      page().evaluate((k) => Array.from(stillpointViewer.run?.frame(k).system.positions.data ?? []), frame),
    async slideTo(steps: number): Promise<number> {
      await changeSlider().focus();
      for (let k = 0; k < steps; k++) await page().keyboard.press('ArrowRight');
      return (await hands.session()).change;
    },
    async finished(): Promise<string> {
      await expect.poll(() => answerStatus().getAttribute('data-result'), { timeout: 30_000 }).toBeTruthy();
      // What was done, and how a comparison came out, which is on the page with the next picture.
      await hands.settled();
      const all = await answerStatus().locator('xpath=..').locator('.status').allTextContents();
      return all.join(' ').trim();
    },
  };
}

const files = {
  'answer.extxyz': formatExtendedXyz(written),
  'loose.extxyz': formatExtendedXyz(loose),
};

describeViewer("the viewer's answer to a parameter", files, (hands) => {
  const { page, settled, session, area, viewer, unfold } = hands;
  const { finished, positions, relaxStatus, slideTo } = helpers(hands);

  test('moves the atoms along their sensitivity as the slider says, and grows the disks that it is of', async () => {
    await page().evaluate(() => stillpointViewer.change({ arrows: null, cell: false }));
    await slideTo(1);
    await page().keyboard.press('End');
    const { change } = await session();
    expect(change).toBeGreaterThan(0);
    await settled();
    const there = movedFrame(frameOfSystem(written), change).system;
    expect(await page().locator('.value').textContent()).toContain(`(+${Number(change.toPrecision(4))})`);
    const { camera } = await session();
    const place = await area();
    const margin = (2.5 * camera.height) / place.height;
    const came = pointsBetween(there, written, margin);
    const left = pointsBetween(written, there, margin);
    expect(came.length).toBeGreaterThan(5);
    expect(left.length).toBeGreaterThan(0);
    const pixels = async (points: readonly [number, number][]) =>
      viewer().pixels(
        await page().screenshot(),
        points.map(([x, y]) => pixelAt(camera, place, x, y)),
      );
    expect((await pixels(came)).filter(isWhite)).toEqual([]);
    expect((await pixels(left)).filter((pixel) => !isWhite(pixel))).toEqual([]);
    await page().getByTitle('Zero change').click();
    await settled();
    expect((await pixels(came)).filter((pixel) => !isWhite(pixel))).toEqual([]);
    expect((await session()).change).toBe(0);
  });

  test('measures the atoms where the slider has moved them', async () => {
    const { camera } = await session();
    const place = await area();
    await page().evaluate(() => stillpointViewer.change({ picked: [3, 7], arrows: 'forces' }));
    await unfold('Measure');
    await settled();
    const told = async () => {
      await settled();
      const measured = (await page().locator('.measurement').textContent()) ?? '';
      const position = (await page().locator('.details').textContent()) ?? '';
      return [
        Number(/: (.*)$/.exec(measured)?.[1]),
        position,
        await page().getByLabel('Legend', { exact: true }).textContent(),
      ];
    };
    const expected = (system: System): number =>
      Number(measure(frameOfSystem(system), [3, 7])?.value.toPrecision(4));
    const [before, , legend] = await told();
    expect(before).toBe(expected(written));
    expect(legend).toContain('forces');
    await slideTo(1);
    await page().keyboard.press('End');
    const { change } = await session();
    const there = movedFrame(frameOfSystem(written), change).system;
    const [after, details, note] = await told();
    expect(after).toBe(expected(there));
    expect(after).not.toBe(before);
    const [x, y] = coordinates(there).subarray(14, 16);
    expect(details).toContain([x, y].map((value) => Number(value.toPrecision(4))).join(', '));
    // Forces are known where the atoms were, and arrows of them are not drawn.
    expect(note).toContain('forces: not known of this structure');
    const at = coordinates(wrap(there)).subarray(14, 16);
    await page().mouse.move(...pixelAt(camera, place, at[0], at[1]));
    await expect.poll(() => page().getByRole('tooltip').textContent()).toContain('atom7');
  });

  test('loads what computes when something is relaxed, and not before', async () => {
    const loaded = () =>
      page().evaluate(
        () => performance.getEntriesByType('resource').filter((one) => /worker/.test(one.name)).length,
      );
    // The worker's own threads, as many as there are other cores, come from a blob.
    const workers = () =>
      page()
        .workers()
        .filter((worker) => !worker.url().startsWith('blob:')).length;
    const before = workers();
    expect(await loaded()).toBe(before);
    await page().getByRole('button', { name: 'Relax again' }).click();
    await finished();
    expect(workers()).toBe(before + 1);
  });

  test('relaxes again to the bits that Node finds, and says how far first order was off', async () => {
    const change = await slideTo(20);
    await page().getByRole('button', { name: 'Relax again' }).click();
    const told = await finished();
    const truth = truthAt(change);
    expect(truth.converged).toBe(true);
    const there = await positions(1);
    expect(there).toEqual([...coordinates(truth.system)]);
    const guess = coordinates(movedFrame(frameOfSystem(written), change).system);
    expect(await positions(0)).toEqual([...guess]);
    // Both are of the potential at the changed parameter, by which either can be relaxed.
    const potentials = await page().evaluate(() =>
      [0, 1].map((k) => String(stillpointViewer.run?.frame(k).info.get('potential'))),
    );
    for (const text of potentials) {
      const { diameter } = JSON.parse(text).parameters;
      expect([diameter.A, diameter.B]).toEqual([1, expect.closeTo(0.6 + change, 12)]);
    }
    const offs = Array.from({ length: 32 }, (_, i) =>
      Math.hypot(there[2 * i] - guess[2 * i], there[2 * i + 1] - guess[2 * i + 1]),
    );
    const largest = Number(/off by ([\d.e-]+) at most/.exec(told)?.[1]);
    expect(largest / Math.max(...offs)).toBeCloseTo(1, 2);
    expect(told).toContain(`(atom ${offs.indexOf(Math.max(...offs))})`);
    // Drawn together: the truth, outlines where the atoms would go to first order, and arrows from one to the other.
    expect(await session()).toMatchObject({ arrows: 'difference', time: 1, ghost: 0 });
    expect(await page().getByLabel('Legend', { exact: true }).textContent()).toContain('○ first order');
    await page().evaluate(() => stillpointViewer.change({ arrows: null, cell: false, radiusScale: 0.5 }));
    await settled();
    const { camera } = await session();
    const place = await area();
    const first = createSystem({
      ...written,
      positions: Array.from({ length: 32 }, (_, i) => [guess[2 * i], guess[2 * i + 1]]),
    });
    const rings = coordinates(wrap(first));
    const grown = Array.from(
      numberColumn(written, 'diameter'),
      (d, i) => d + (written.species[i] === 'B' ? change : 0),
    );
    // On each ring, left, right, below and above: somewhere within two pixels of the edge.
    const edges = grown.flatMap((diameter, i) =>
      [0, 1, 2, 3].map((k) => {
        const [x, y] = [rings[2 * i], rings[2 * i + 1]];
        const inside = diameter / 4 - (0.8 * camera.height) / place.height;
        return pixelAt(camera, place, x + inside * [1, -1, 0, 0][k], y + inside * [0, 0, 1, -1][k]);
      }),
    );
    const near = edges.flatMap(([x, y]) =>
      [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b): [number, number] => [x + a, y + b])),
    );
    const isRing = ([r, g, b]: readonly number[]): boolean => r > g + 90 && b > g + 30;
    const count = async (): Promise<number> => {
      await settled();
      const pixels = await viewer().pixels(await page().screenshot(), near);
      return edges.filter((_, k) => pixels.slice(9 * k, 9 * k + 9).some(isRing)).length;
    };
    await eventually(count).toBeGreaterThan(0.9 * edges.length);
    await page().getByRole('button', { name: 'Truth', exact: true }).click();
    expect(await session()).toMatchObject({ time: 1, ghost: null });
    await eventually(count).toBe(0);
    await page().getByRole('button', { name: 'First order' }).click();
    expect(await session()).toMatchObject({ time: 0, ghost: null });
    await page().getByRole('button', { name: 'Both' }).click();
    expect(await session()).toMatchObject({ time: 1, ghost: 0 });
  });

  test('is off by the square of the change: first order is what it says', async () => {
    const off = async (steps: number): Promise<number> => {
      await slideTo(steps);
      await page().getByRole('button', { name: 'Relax again' }).click();
      const told = await finished();
      await page().getByTitle('Zero change').click();
      await expect.poll(async () => (await session()).change).toBe(0);
      return Number(/, ([\d.e-]+) root mean square/.exec(told)?.[1]);
    };
    const [one, two] = [await off(1), await off(2)];
    expect(two / one).toBeGreaterThan(3.5);
    expect(two / one).toBeLessThan(4.5);
  });

  test('is worked by the keyboard alone, and goes on from the truth', async () => {
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let k = 0; k < 60; k++) {
        await page().keyboard.press('Tab');
        const label = await page().evaluate(() => {
          const at = document.activeElement as HTMLInputElement | null;
          const name = at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent;
          return name ?? at?.textContent ?? '';
        });
        if (name.test(label)) return;
      }
      throw new Error(`no way to ${name}`);
    };
    await page().locator('canvas').first().focus();
    await tabTo(/^Change$/);
    for (let k = 0; k < 10; k++) await page().keyboard.press('ArrowLeft');
    const { change } = await session();
    expect(change).toBeLessThan(0);
    await tabTo(/^Relax again/);
    await page().keyboard.press('Enter');
    await finished();
    await tabTo(/^Truth/);
    await page().keyboard.press('Space');
    await expect.poll(async () => (await session()).time).toBe(1);
    const truth = page().getByRole('button', { name: /^Truth/ });
    await expect.poll(() => truth.getAttribute('aria-pressed')).toBe('true');
    await tabTo(/^Go on/);
    await page().keyboard.press('Enter');
    const value = Number((0.6 + change).toPrecision(4));
    await expect.poll(() => page().locator('.value').textContent()).toBe(`diameter.B = ${value}`);
  });

  test('finds the other parameters, and what Node finds of them', async () => {
    await page().getByRole('button', { name: 'Other parameters' }).click();
    await expect
      .poll(() => page().getByLabel('Parameter', { exact: true }).locator('option').count())
      .toBe(4);
    await page().getByLabel('Parameter', { exact: true }).selectOption('diameter.A');
    await expect.poll(() => page().evaluate(() => stillpointViewer.run?.name)).toMatch(/diameter\.A$/);
    const there = await page().evaluate(() => {
      const column = stillpointViewer.run?.frame(0).columns.get('sensitivity');
      return Array.from(column?.kind === 'real' ? column.values : []);
    });
    const rest = relax(written, potentialFromConfig(potential), { maxForce: 1e-10 });
    const { vectors } = rest.sensitivity({ diameter: { A: 1 } });
    for (let i = 0; i < 32; i++) {
      for (let k = 0; k < 2; k++) expect(there[3 * i + k]).toBeCloseTo(vectors.get(i, k), 8);
    }
  });

  test('relaxes any structure by the potential that is chosen, and says what is wrong with it', async () => {
    await hands.show(1);
    await unfold('Relax');
    await page()
      .getByLabel('As JSON', { exact: true })
      .fill('{ "kind": "soft-sphere", "parameters": { "size": 1 } }');
    const button = page().getByTitle('Relax the shown structure');
    await button.click();
    await expect.poll(() => relaxStatus().textContent()).toMatch(/"size"/);
    expect(await page().evaluate(() => stillpointViewer.run?.name)).toMatch(/loose/);
    await page().getByLabel('Close the message').click();
    await page().getByLabel('Potential', { exact: true }).selectOption('soft-sphere');
    await page().getByLabel('Max steps').fill('7');
    await button.click();
    await expect.poll(() => relaxStatus().getAttribute('data-result')).toBe('doubtful');
    expect(await relaxStatus().textContent()).toMatch(
      /not reached in 7 steps.*raise Max steps, or Max force/,
    );
  });

  test('shows the frames as they come, and stops when it is told to', async () => {
    await hands.show(1);
    await unfold('Relax');
    // It never ends by itself.
    await page().getByLabel('Max force').fill('1e-300');
    await page().getByLabel('Max steps').fill('1000000000');
    await page().getByTitle('Relax the shown structure').click();
    const length = () => page().evaluate(() => stillpointViewer.run?.length ?? 0);
    await expect.poll(length, { timeout: 20_000 }).toBeGreaterThan(50);
    const early = await length();
    await expect.poll(length, { timeout: 20_000 }).toBeGreaterThan(early);
    await page().getByTitle('Stop the relaxation').click();
    await expect.poll(() => relaxStatus().textContent()).toMatch(/stopped by the caller after \d+ steps/);
    const { time } = await session();
    expect(time).toBe((await length()) - 1);
  });

  test('shows a second run beside the first, with one camera or each with its own', async () => {
    await unfold('Side by side');
    await page()
      .getByLabel('Second picture')
      .selectOption({ label: await page().locator('[name=beside] option').nth(2).innerText() });
    const second = page().locator('.stage.second');
    await second.waitFor();
    /** Where disks are in it, on a grid: edges are smooth or not, as the picture has time. */
    const seen = async (): Promise<boolean[]> => {
      await settled();
      const box = await second.boundingBox();
      if (box === null) throw new Error('the second picture is not there');
      const places = Array.from({ length: 400 }, (_, k): [number, number] => [
        Math.round(box.x + ((k % 20) + 0.5) * (box.width / 20)),
        Math.round(box.y + (Math.floor(k / 20) + 0.5) * (box.height / 20)),
      ]);
      return (await viewer().pixels(await page().screenshot(), places)).map(isWhite);
    };
    const unlike = (a: readonly boolean[], b: readonly boolean[]): number =>
      a.filter((white, k) => white !== b[k]).length;
    const drag = async (): Promise<void> => {
      const place = await page().locator('canvas').first().boundingBox();
      const [x, y] = [(place?.width ?? 0) / 2, (place?.height ?? 0) / 2];
      await page().mouse.move(x, y);
      await page().mouse.down();
      await page().mouse.move(x + 60, y + 20, { steps: 4 });
      await page().mouse.up();
    };
    const first = await seen();
    const { camera } = await session();
    await drag();
    const moved = await seen();
    expect((await session()).camera).not.toEqual(camera);
    expect(unlike(moved, first)).toBeGreaterThan(30);
    const middle = async (canvas: Locator): Promise<readonly [number, number]> => {
      const place = await canvas.boundingBox();
      if (place === null) throw new Error('the picture is not there');
      return [place.x + place.width / 2, place.y + place.height / 2];
    };
    await page().mouse.move(...(await middle(second.locator('canvas'))));
    await eventually(() => second.getByRole('tooltip').innerText()).toMatch(/atom\s+\d+\s+species\s+[AB]/);
    expect(await page().locator('.stage').first().getByRole('tooltip').isVisible()).toBe(false);
    const [, told] = /atom\s+(\d+)/.exec(await second.getByRole('tooltip').innerText()) ?? [];
    await page().mouse.click(...(await middle(second.locator('canvas'))));
    expect((await session()).picked).toEqual([Number(told)]);
    const other = Number(told) === 0 ? 1 : 0;
    await page().evaluate((picked) => stillpointViewer.change({ picked }), [Number(told), other]);
    const captions = () => page().locator('.caption').allInnerTexts();
    await eventually(captions).toEqual([
      expect.stringMatching(new RegExp(`extxyz · distance ${told} ${other}: [\\d.]+$`)),
      expect.stringMatching(new RegExp(` · distance ${told} ${other}: [\\d.]+$`)),
    ]);
    await page().keyboard.press('Escape');
    await page().getByLabel('Camera and frame linked').uncheck();
    await page().mouse.move(0, 0);
    const apart = await seen();
    await drag();
    await page().mouse.move(0, 0);
    expect(unlike(await seen(), apart)).toBeLessThan(8);
    // As it is saved, it comes back.
    const saved = await page().evaluate(() => JSON.stringify(stillpointViewer.view));
    await page().getByLabel('Second picture').selectOption({ label: 'nothing' });
    await expect.poll(() => second.count()).toBe(0);
    await settled();
    await settled();
    expect(await second.count()).toBe(0);
    await page().evaluate((saved) => stillpointViewer.openView(saved), saved);
    await second.waitFor();
    expect(await page().getByLabel('Camera and frame linked').isChecked()).toBe(false);
    expect(await page().evaluate(() => JSON.stringify(stillpointViewer.view))).toBe(saved);
    await page().getByLabel('Second picture').selectOption({ label: 'nothing' });
    await expect.poll(() => second.count()).toBe(0);
  });
});
