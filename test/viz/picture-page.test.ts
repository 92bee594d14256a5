/** Bonds, images, species, arrows, trails, picking and measuring in a real browser, looked at pixel by pixel. */
import { expect, test } from 'vitest';
import { createBox, createSystem, formatExtendedXyz } from '../../systems/index.js';
import {
  createRun,
  fittedCamera,
  frameOfSystem,
  scaleColor,
  speciesColors,
  type Viewer,
} from '../../viz/index.js';
import { describeViewer, eventually, expectNear, type Hands, type Pixel } from './browser.js';
import { type Area, disks, trajectory } from './disks.js';

declare const stillpointViewer: Viewer;

const colors = speciesColors(createRun('disks', [frameOfSystem(disks(0))]));
const [blue, orange] = [colors.get('A') as Pixel, colors.get('B') as Pixel];
const white: Pixel = [255, 255, 255];
/** Bonds of disks are a little darker than these. */
const bonded = (color: Pixel): number[] => color.map((value) => 0.88 * value);
const isDark = ([r, g, b]: Pixel): boolean => Math.max(r, g, b) < 70;

async function typed({ page, settled }: Hands, label: string, value: number): Promise<void> {
  await page().getByLabel(label, { exact: true }).fill(String(value));
  await page().keyboard.press('Enter');
  await settled();
}

async function clicked(hands: Hands, place: readonly [number, number], shift = false): Promise<void> {
  const [x, y] = place;
  if (shift) await hands.page().keyboard.down('Shift');
  await hands.page().mouse.click(x, y);
  if (shift) await hands.page().keyboard.up('Shift');
  await hands.settled();
}

/** The place on the page of a point of the disks' world, with so many copies in the picture. */
function placeOf(
  [x, y]: readonly number[],
  area: Area,
  copies: readonly [number, number, number] = [1, 1, 1],
) {
  const { height, target } = fittedCamera(frameOfSystem(disks(0)), area.width / area.height, copies);
  const scale = area.height / height;
  return [
    Math.round(area.x + area.width / 2 + (x - target[0]) * scale),
    Math.round(area.y + area.height / 2 - (y - target[1]) * scale),
  ] as const;
}

describeViewer('the picture', { 'disks.extxyz': trajectory() }, (hands) => {
  const { page, seen, settled, area, unfold, viewer } = hands;

  test('joins atoms by bonds, across the border of the cell too, which follow from frame to frame', async () => {
    await page().getByLabel('Arrows', { exact: true }).selectOption('');
    await unfold('Bonds and images');
    await page().getByLabel('Bonds', { exact: true }).selectOption('cutoff');
    await typed(hands, 'Length', 5);
    // From (2, 2) to (4, 6), and to its image at (4, −2).
    const [near, far, below, above, beside] = await seen(
      [2.6, 3.2],
      [3.5, 5],
      [2.6, 0.8],
      [3.4, 7.2],
      [2, 4],
    );
    expectNear(near, bonded(blue));
    expectNear(far, bonded(orange));
    expectNear(below, bonded(blue));
    expectNear(above, bonded(orange));
    expectNear(beside, white);
    await page().locator('.stage canvas').focus();
    await page().keyboard.press('ArrowRight');
    const [moved, left] = await seen([3.4, 3.6], [2.3, 2.9]);
    expectNear(moved, bonded(blue));
    expectNear(left, white);
    // By the radii, 0.8 and 0.6, these are no neighbours.
    await page().getByLabel('Bonds', { exact: true }).selectOption('radii');
    expectNear((await seen([3.4, 3.6]))[0], white);
  });

  test('keeps the bonds of the first frame where that is wished', async () => {
    await page().evaluate(() =>
      stillpointViewer.change({ arrows: null, bonds: { kind: 'cutoff', cutoff: 4.6 }, bondsKept: true }),
    );
    // In the last frame the atoms are at (6, 2) and (4, 6), as far as at first; in between they were nearer.
    await page().evaluate(() => stillpointViewer.goTo(2));
    expectNear((await seen([4, 3.4]))[0], bonded(blue));
    await page().evaluate(() => stillpointViewer.change({ bonds: { kind: 'cutoff', cutoff: 4.2 } }));
    expectNear((await seen([4, 3.4]))[0], white);
    await page().getByLabel('Arrows', { exact: true }).focus();
    await unfold('Bonds and images');
    await page().getByLabel('Keep the bonds of the first frame').uncheck();
    expectNear((await seen([4, 3.4]))[0], bonded(blue));
  });

  test('shows copies of the cell with their atoms', async () => {
    await page().getByLabel('Arrows', { exact: true }).selectOption('');
    await unfold('Bonds and images');
    await typed(hands, 'Copies along a', 2);
    await page().locator('.stage canvas').focus();
    await page().keyboard.press('r');
    await settled();
    const place = await area();
    const points = [
      [2, 1.5],
      [10, 1.5],
      [12.3, 6],
      [14, 2],
    ].map((point) => placeOf(point, place, [2, 1, 1]));
    const [own, image, other, empty] = await viewer().pixels(await page().screenshot(), points);
    expectNear(own, blue);
    expectNear(image, blue);
    expectNear(other, orange);
    expectNear(empty, white);
    // What does not repeat has no copies: the third direction of disks.
    expect(await page().getByLabel('Copies along c').isVisible()).toBe(false);
  });

  test('hides and resizes species', async () => {
    await page().getByLabel('Arrows', { exact: true }).selectOption('');
    await unfold('Species');
    await page().getByLabel('Show B').uncheck();
    const [shown, hidden] = await seen([2, 1.5], [4.3, 6]);
    expectNear(shown, blue);
    expectNear(hidden, white);
    expect(await page().getByLabel('Legend', { exact: true }).textContent()).toBe('A');
    await page().getByLabel('Radius of A').fill('0.5');
    const [inside, outside] = await seen([2.3, 2], [2.6, 2]);
    expectNear(inside, blue);
    expectNear(outside, white);
    await page().getByLabel('Show B').check();
    expectNear((await seen([4.3, 6]))[0], orange);
  });

  test('gives a species another colour, in the picture, its legend and its trails', async () => {
    await page().getByLabel('Arrows', { exact: true }).selectOption('');
    await unfold('Species');
    const chosen = page().getByLabel('Colour of A', { exact: true });
    const channels = (await chosen.inputValue()).slice(1).match(/../g) ?? [];
    expect(channels.map((two) => Number.parseInt(two, 16))).toEqual(blue);
    await chosen.fill('#20a040');
    const [own, other] = await seen([2, 1.5], [4.3, 6]);
    expectNear(own, [32, 160, 64]);
    expectNear(other, orange);
    const dots = page().getByLabel('Legend', { exact: true }).locator('circle');
    expect(await dots.first().getAttribute('fill')).toBe('rgb(32 160 64)');
    // A film, a saved view: all that is made from the session has it.
    const view = await page().evaluate(() => JSON.parse(JSON.stringify(stillpointViewer.view)));
    expect(view.session.speciesColors).toEqual([{ species: 'A', color: [32, 160, 64] }]);
    await page().getByLabel('Colour by', { exact: true }).selectOption('charge');
    expectNear((await seen([2, 1.5]))[0], scaleColor(0));
  });

  test('shows a slice alone: atoms beyond are neither seen, nor picked, nor told of, and neither are arrows', async () => {
    await unfold('Slice');
    await page().getByLabel('Slice across').selectOption('y');
    const low = [2, 1.5] as const;
    const high = [4.3, 6] as const;
    const arrow = [3.2, 6] as const;
    const [kept, cut, without] = await seen(low, high, arrow);
    expectNear(kept, blue);
    expectNear(cut, white);
    expectNear(without, white);
    const { picked } = await (async () => {
      await clicked(hands, placeOf(high, await area()));
      return hands.session();
    })();
    expect(picked).toEqual([]);
    await page().locator('.stage canvas').focus();
    for (const key of ['n', 'n', 'p']) {
      await page().keyboard.press(key);
      expect((await hands.session()).picked).toEqual([0]);
    }
    await page().keyboard.press('Escape');
    // The other half, by keys alone.
    await page().getByLabel('Upper end of the slice').focus();
    await page().keyboard.press('End');
    expectNear((await seen(high))[0], orange);
    expect((await hands.session()).slice).toEqual({ axis: 'y', low: null, high: null });
    await typed(hands, 'Slice from', 4);
    expect((await hands.session()).slice).toEqual({ axis: 'y', low: 4, high: null });
    const [gone, there] = await seen(low, high);
    expectNear(gone, white);
    expectNear(there, orange);
    await page().getByLabel('Slice across').selectOption('');
    expectNear((await seen(low))[0], blue);
  });

  test('slices copies of the cell where they lie, and bonds whose ends are not both in', async () => {
    await page().getByLabel('Arrows', { exact: true }).selectOption('');
    await unfold('Bonds and images');
    await page().getByLabel('Bonds', { exact: true }).selectOption('cutoff');
    await typed(hands, 'Length', 5);
    await typed(hands, 'Copies along a', 2);
    await unfold('Slice');
    // From the left end to the middle of both copies: the first of them.
    await page().getByLabel('Slice across').selectOption('x');
    const place = await area();
    const at = (point: readonly number[]) => placeOf(point, place, [2, 1, 1]);
    const [own, copy, bond] = await viewer().pixels(
      await page().screenshot(),
      [
        [2, 2],
        [10, 2],
        [2.6, 3.2],
      ].map(at),
    );
    expectNear(own, blue);
    expectNear(copy, white);
    expectNear(bond, bonded(blue));
    await page().getByLabel('Slice across').selectOption('y');
    const [still, cut] = await viewer().pixels(
      await page().screenshot(),
      [
        [10, 2],
        [2.6, 3.2],
      ].map(at),
    );
    expectNear(still, blue);
    expectNear(cut, white);
  });

  test('shows displacements from a frame that can be chosen', async () => {
    await page().getByLabel('Arrows', { exact: true }).selectOption('displacement');
    await page().evaluate(() => stillpointViewer.goTo(2));
    const [right, left] = await seen([4.6, 2], [3.4, 2]);
    expect([right, left].map(isDark)).toEqual([true, false]);
    expect(await page().getByLabel('Legend', { exact: true }).textContent()).toContain(
      'displacement from frame 0, longest 2',
    );
    await unfold('Arrows');
    await typed(hands, 'Displacements from frame', 4);
    const after = await seen([4.6, 2], [3.4, 2]);
    expect(after.map(isDark)).toEqual([false, true]);
  });

  test('begins arrows at the surface, at the center, or before it', async () => {
    await page().evaluate(() => stillpointViewer.change({ cell: false, arrowScale: 0.4 }));
    await unfold('Arrows');
    const start = page().getByLabel('Arrows begin');
    // The first disk lies at (2, 2), with a radius of 0.8; its arrow is 1.8 long, and points up.
    const shown = async () =>
      (await seen(...[1.3, 1.8, 2.2, 2.9, 4.3].map((y): [number, number] => [2, y]))).map(isDark);
    expect(await start.inputValue()).toBe('center');
    expect(await shown()).toEqual([false, false, true, true, false]);
    await start.selectOption('middle');
    expect(await shown()).toEqual([true, true, true, false, false]);
    await start.selectOption('surface');
    expect(await shown()).toEqual([false, false, false, true, true]);
  });

  test('outlines the atoms of another frame', async () => {
    await page().evaluate(() => {
      stillpointViewer.change({ arrows: null, cell: false });
      stillpointViewer.goTo(2);
    });
    await unfold('Bonds and images');
    await typed(hands, 'Outlines of frame', 0);
    const [y, left, right] = [2, 1.2, 2.8];
    const place = await area();
    const ring = async (x: number): Promise<boolean> => {
      const [at, down] = placeOf([x, y], place);
      const near = [-2, -1, 0, 1, 2].map((k): [number, number] => [at + k, down]);
      return (await viewer().pixels(await page().screenshot(), near)).some(
        ([r, g, b]) => r > g + 90 && b > g + 30,
      );
    };
    await eventually(() => ring(left)).toBe(true);
    expect(await ring(right)).toBe(true);
    expectNear((await seen([2, 2]))[0], white);
    expect(await page().getByLabel('Legend', { exact: true }).textContent()).toContain('○ frame 0');
    // In the colour that they have in the picture.
    for (const [theme, color] of [
      ['light', 'rgb(204, 5, 97)'],
      ['dark', 'rgb(255, 115, 191)'],
    ] as const) {
      await page().evaluate((theme) => stillpointViewer.setTheme(theme), theme);
      await settled();
      const ring = page().locator('.outlines .ring');
      expect(await ring.evaluate((one) => getComputedStyle(one).color)).toBe(color);
    }
    await page().evaluate(() => stillpointViewer.setTheme('light'));
    // Outlines are not picked.
    await clicked(hands, placeOf([1.25, 2], place));
    expect((await hands.session()).picked).toEqual([]);
    await page().getByLabel('Outlines of frame').fill('');
    await page().keyboard.press('Enter');
    await settled();
    expect(await ring(left)).toBe(false);
  });

  test('shows the ways of atoms as trails', async () => {
    await page().getByLabel('Arrows', { exact: true }).selectOption('');
    await unfold('Bonds and images');
    await typed(hands, 'Trails over so many frames', 2);
    await page().keyboard.press('Escape');
    await page().evaluate(() => stillpointViewer.goTo(4));
    await settled();
    const place = await area();
    const look = async (x: number): Promise<boolean> => {
      const [at, y] = placeOf([x, 2], place);
      const near = await viewer().pixels(
        await page().screenshot(),
        [-1, 0, 1].map((k): [number, number] => [at, y + k]),
      );
      return near.some(([r, , b]) => b > r + 30);
    };
    // From (6, 2) back to (4, 2), two frames before, and no further.
    expect(await look(4.6)).toBe(true);
    expect(await look(3.4)).toBe(false);
    // The disk reaches from 5.2 to 6.8: its own trail lies over it, darker than it is.
    const [at, y] = placeOf([5.6, 2], place);
    const across = await viewer().pixels(
      await page().screenshot(),
      [-9, -1, 0, 1].map((k): [number, number] => [at, y + k]),
    );
    expectNear(across[0], blue);
    expect(Math.min(...across.map(([, , b]) => b))).toBeLessThan(blue[2] - 50);
  });

  test('tells of an atom that is clicked, and measures between two', async () => {
    const place = await area();
    await clicked(hands, placeOf([2, 1.5], place));
    const details = page().locator('.details');
    expect(await details.textContent()).toContain('atom0speciesAposition2, 2');
    expect(await details.textContent()).toContain('diameter1.6');
    // The ring around it is white between black.
    expectNear((await seen([2, 2 - 0.8 * 0.8]))[0], white, 20);
    await clicked(hands, placeOf([4.3, 6], place), true);
    expect(await page().locator('.measurement').textContent()).toBe('distance 0 1: 4.472');
    // A line from one to the other; the curve of the distance has taken room from the picture by then.
    await eventually(() => page().locator('.plots').textContent()).toContain('distance 0 1');
    await settled();
    // In its middle stands how long it is.
    const [x, y] = placeOf([2.5, 3], await area());
    const line = await viewer().pixels(
      await page().screenshot(),
      [-1, 0, 1].map((k): [number, number] => [x + k, y]),
    );
    expect(line.some(isDark)).toBe(true);
    // In frame 2 the first is below the second.
    await page().evaluate(() => stillpointViewer.goTo(2));
    await expect.poll(() => page().locator('.measurement').textContent()).toBe('distance 0 1: 4');
    await page().keyboard.press('Escape');
    await settled();
    expect(await page().locator('.measurement').textContent()).toBe('');
    expect(await page().locator('.details').textContent()).toBe('');
  });

  test('picks atoms by number, lists neighbours, and says which atoms there are', async () => {
    await unfold('Measure');
    await typed(hands, 'Atom', 1);
    expect(await page().locator('.details').textContent()).toContain('atom1speciesB');
    await typed(hands, 'Neighbours within', 4.5);
    // The other atom is √20 away, and so is its image above.
    expect(await page().locator('.neighbours').textContent()).toBe('2: 0 at 4.472, 0 at 4.472');
    await typed(hands, 'Atom', 7);
    expect(await hands.alertText()).toContain('no atom 7; the frame has atoms 0 to 1');
  });

  test('draws g(r) of the shown frame', async () => {
    await unfold('Measure');
    const which = page().getByLabel('g(r) of the shown frame');
    await which.selectOption('of all atoms');
    await settled();
    const told = page().locator('.distribution');
    expect(await told.textContent()).toMatch(/^g\(r\) up to r = 22.*highest .* at r = /);
    expect(await page().locator('.distribution polyline').count()).toBe(1);
    expect(await which.locator('option').allTextContents()).toEqual([
      'none',
      'of all atoms',
      'A–A',
      'A–B',
      'B–B',
    ]);
    await which.selectOption('A–B');
    await settled();
    // One A and one B, √20 apart at first: the highest bin is that of the nearest.
    const [, peak] = /^g\(r\) of A–B.*at r = ([\d.]+)/.exec((await told.textContent()) ?? '') ?? [];
    expect(Math.abs(Number(peak) - Math.sqrt(20))).toBeLessThan(0.6);
    expect((await hands.session()).distribution).toEqual(['A', 'B']);
    await which.selectOption('none');
    await eventually(() => told.isVisible()).toBe(false);
  });

  test('colours from one number to another, as they are typed', async () => {
    await page().getByLabel('Colour by').selectOption('charge');
    const ends = page().getByLabel('Ends of the scale');
    const legend = page().getByLabel('Legend', { exact: true });
    await eventually(() => legend.textContent()).toContain('charge024');
    await page().evaluate(() => stillpointViewer.goTo(1));
    await ends.selectOption('of the shown frame');
    await settled();
    await eventually(() => legend.textContent()).toContain('charge in this frame123');
    const [, high] = await seen([3, 1.6], [4.3, 6]);
    expectNear(high, scaleColor(1));
    await ends.selectOption('these');
    expect((await hands.session()).colorRange).toEqual({ low: 1, high: 3 });
    await typed(hands, 'To', 5);
    await eventually(() => legend.textContent()).toContain('charge135');
    const [low, middle] = await seen([3, 1.6], [4.3, 6]);
    expectNear(low, scaleColor(0));
    expectNear(middle, scaleColor(0.5));
    await typed(hands, 'From', 7);
    expect(await hands.alertText()).toContain('from a smaller number to a larger one; found 7 to 5');
    expect((await hands.session()).colorRange).toEqual({ low: 1, high: 5 });
  });

  test('has a colour bar without seams, and a number in its middle', async () => {
    await page().getByLabel('Colour by').selectOption('charge');
    await settled();
    const box = await page().locator('.bar').boundingBox();
    if (box === null) throw new Error('there is no bar');
    const row = Array.from({ length: Math.floor(box.width) - 2 }, (_, k): [number, number] => [
      Math.ceil(box.x) + 1 + k,
      Math.round(box.y + box.height / 2),
    ]);
    // Viridis becomes lighter all along.
    const lightness = (await viewer().pixels(await page().screenshot(), row)).map(
      ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b,
    );
    for (let k = 1; k < lightness.length; k++) {
      expect(lightness[k] - lightness[k - 1]).toBeGreaterThan(-1);
      expect(lightness[k] - lightness[k - 1]).toBeLessThan(8);
    }
    const tick = await page().locator('.ticks span').nth(1).boundingBox();
    expect((tick?.x ?? 0) + (tick?.width ?? 0) / 2).toBeCloseTo(box.x + box.width / 2, 0);
  });

  test('colours by another scale', async () => {
    await page().getByLabel('Colour by').selectOption('charge');
    await page().getByLabel('Scale', { exact: true }).selectOption('grey');
    const [first, second] = await seen([2, 1.6], [4.3, 6]);
    expectNear(first, scaleColor(0, 'grey'));
    expectNear(second, scaleColor(1, 'grey'));
  });

  test('colours by the size of a vector, displacements from the frame that is chosen', async () => {
    await page().evaluate(() => stillpointViewer.goTo(2));
    const by = page().getByLabel('Colour by');
    expect(await by.locator('option').allTextContents()).toEqual([
      'species',
      'diameter',
      'charge',
      '|sensitivity|',
      '|displacement|',
      'neighbours',
      'contacts',
    ]);
    await by.selectOption('|displacement|');
    // The first has gone half of its way of 4; the other rests.
    const [moved, resting] = await seen([4, 1.4], [4.3, 6]);
    expectNear(moved, scaleColor(0.5));
    expectNear(resting, scaleColor(0));
    const legend = page().getByLabel('Legend', { exact: true });
    expect(await legend.textContent()).toContain('|displacement from frame 0|024');
    await unfold('Arrows');
    await typed(hands, 'Displacements from frame', 1);
    // Of 3 at most, 1.
    expectNear((await seen([4, 1.4]))[0], scaleColor(1 / 3));
    await page().getByLabel('Ends of the scale').selectOption('of the shown frame');
    expectNear((await seen([4, 1.4]))[0], scaleColor(1));
    await page().mouse.move(...placeOf([4, 1.4], await area()));
    await eventually(() => page().locator('.note-at').textContent()).toContain('|displacement|1');
  });

  test('has another scale of colours for arrows than for atoms', async () => {
    await page().evaluate(() =>
      stillpointViewer.change({ colorBy: '|sensitivity|', arrowColors: true, arrowScale: 0.4, cell: false }),
    );
    await unfold('Arrows');
    const map = page().getByLabel('Scale of their colours');
    // The vectors are of one length: the end of the scale, in the light of a shaft that is seen from above.
    const [own] = await seen([2, 2.4]);
    expectNear(
      own,
      scaleColor(1, 'inferno').map((value) => 0.93 * value),
      25,
    );
    await map.selectOption('cool-warm');
    const [chosen] = await seen([2, 2.4]);
    expectNear(
      chosen,
      scaleColor(1, 'cool-warm').map((value) => 0.93 * value),
      25,
    );
    expect((await hands.session()).arrowMap).toBe('cool-warm');
  });

  test('has no background in a picture that is to have none', async () => {
    const alphas = await page().evaluate(async () => {
      const blob = await stillpointViewer.picture(300, 200, { transparent: true });
      const image = await createImageBitmap(blob);
      const context = new OffscreenCanvas(300, 200).getContext('2d');
      if (context === null) throw new Error('no canvas');
      context.drawImage(image, 0, 0);
      return Array.from(context.getImageData(0, 0, 300, 200).data.filter((_, k) => k % 4 === 3));
    });
    expect(alphas[0]).toBe(0);
    const solid = alphas.filter((alpha) => alpha === 255).length;
    const edges = alphas.filter((alpha) => alpha > 0 && alpha < 255).length;
    expect(solid).toBeGreaterThan(500);
    expect(edges).toBeGreaterThan(20);
    expect(edges).toBeLessThan(solid);
  });

  test('gives back all graphics memory when it is closed', async () => {
    await page().evaluate(() =>
      stillpointViewer.change({
        bonds: { kind: 'cutoff', cutoff: 5 },
        trail: 3,
        picked: [0, 1],
        images: [2, 2, 1],
        ghost: 0,
      }),
    );
    await page().evaluate(() => stillpointViewer.goTo(3));
    await settled();
    const before = await page().evaluate(() => stillpointViewer.resources);
    expect(before.geometries).toBeGreaterThan(3);
    const after = await page().evaluate(() => {
      stillpointViewer.close();
      return stillpointViewer.resources;
    });
    expect(after).toMatchObject({ geometries: 0, textures: 0 });
  });

  test('tells that the graphics were taken away, and goes on when they are back', async () => {
    const lose = await page().evaluateHandle(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.stage canvas');
      return canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context') ?? null;
    });
    await lose.evaluate((extension) => extension?.loseContext());
    expect(await hands.alertText()).toContain('took the graphics away');
    await lose.evaluate((extension) => extension?.restoreContext());
    await expect.poll(() => page().locator('.alert span').count()).toBe(0);
    await expect.poll(async () => (await seen([2, 1.5]))[0].join()).toBe(blue.join());
    // three tells of both on the console.
    viewer().messages.length = 0;
  });

  test('says what to do where there is no WebGL', async () => {
    const bare = await viewer().context.newPage();
    await bare.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null;
    });
    await bare.goto(viewer().server.address);
    await bare.waitForSelector('html[data-state="failed"]');
    expect(await bare.locator('[role=alert]').last().textContent()).toMatch(/WebGL 2.*hardware acceleration/);
    await bare.close();
    await page().bringToFront();
  });
});

/** A ball whose vector, straight up, is shorter than its radius, and forces that are noise. */
function ball(): string {
  return formatExtendedXyz(
    createSystem({
      positions: [
        [2, 2, 2],
        [2, 2, 0.4],
      ],
      species: ['A', 'B'],
      box: createBox([4, 4, 4]),
      columns: {
        radius: [0.8, 0.1],
        sensitivity: [
          [0, 0, 1],
          [0, 0, 0],
        ],
        forces: [
          [0, 0, 1e-13],
          [0, 0, -1e-13],
        ],
      },
      info: { energy: -3 },
    }),
  );
}

/** A lattice of 80 × 80 disks, A on the left, B on the right. */
function lattice(): string {
  const side = 80;
  const positions = Array.from({ length: side ** 2 }, (_, k) => [
    (k % side) + 0.5,
    Math.floor(k / side) + 0.5,
  ]);
  const species = positions.map(([x]) => (x < side / 2 ? 'A' : 'B'));
  return formatExtendedXyz(createSystem({ positions, species, box: createBox([side, side]) }));
}

/** 6 × 6 × 6 spheres that touch. */
function crystal(): string {
  const positions = Array.from({ length: 216 }, (_, k) => [k % 6, Math.floor(k / 6) % 6, Math.floor(k / 36)]);
  return formatExtendedXyz(createSystem({ positions, columns: { radius: positions.map(() => 0.5) } }));
}

/** Two disks whose forces fade from one frame to the next. */
function fading(): string {
  return [1, 2e-3]
    .map((force) =>
      formatExtendedXyz(
        createSystem({
          positions: [
            [2, 4],
            [6, 4],
          ],
          box: createBox([8, 8]),
          columns: {
            diameter: [3, 3],
            forces: [
              [force, 0, 0],
              [-force, 0, 0],
            ],
          },
        }),
      ),
    )
    .join('');
}

/** A ball of radius 1 that goes to the right, by less than its radius. */
function moving(): string {
  return [0, 1, 2, 3, 4]
    .map((k) =>
      formatExtendedXyz(
        createSystem({
          positions: [[1.8 + 0.1 * k, 2, 2]],
          box: createBox([4, 4, 4]),
          columns: { radius: [1] },
        }),
      ),
    )
    .join('');
}

const files = {
  'ball.extxyz': ball(),
  'lattice.extxyz': lattice(),
  'crystal.extxyz': crystal(),
  'fading.extxyz': fading(),
  'moving.extxyz': moving(),
};
describeViewer('the picture of other systems', files, (hands) => {
  const { page, settled, area, viewer } = hands;

  async function middle(): Promise<[number, number]> {
    const { x, y, width, height } = await area();
    return [Math.round(x + width / 2), Math.round(y + height / 2)];
  }

  test('shows arrows from the surface of balls, and none for forces that are noise', async () => {
    const [x, y] = await middle();
    const column = Array.from({ length: 300 }, (_, k): [number, number] => [x, y - 299 + k]);
    const arrow = async (): Promise<number> => {
      await settled();
      return (await viewer().pixels(await page().screenshot(), column)).filter(isDark).length;
    };
    // The edges of the cell are dark too.
    await page().getByLabel('Cell', { exact: true }).uncheck();
    const shown = await arrow();
    await page().getByLabel('Arrows', { exact: true }).selectOption('forces');
    const noise = await arrow();
    expect(shown).toBeGreaterThan(noise + 30);
    expect(await page().getByLabel('Legend', { exact: true }).textContent()).toContain('forces: none above');
    await page().getByLabel('Arrows', { exact: true }).selectOption('sensitivity');
    // But for a pixel at an edge.
    expect(Math.abs((await arrow()) - shown)).toBeLessThan(5);
  });

  test('draws thousands of small disks as points, which are picked like others', async () => {
    await hands.show(1);
    const place = await area();
    const { height, target } = fittedCamera(
      frameOfSystem(
        createSystem({ positions: Array.from({ length: 6400 }, () => [0, 0]), box: createBox([80, 80]) }),
      ),
      place.width / place.height,
    );
    const at = (x: number, y: number): [number, number] => [
      Math.floor(place.x + place.width / 2 + ((x - target[0]) * place.height) / height),
      Math.floor(place.y + place.height / 2 - ((y - target[1]) * place.height) / height),
    ];
    const atoms = [
      [10.5, 20.5],
      [39.5, 70.5],
      [40.5, 3.5],
      [77.5, 40.5],
    ];
    const found = await viewer().pixels(
      await page().screenshot(),
      atoms.map(([x, y]) => at(x, y)),
    );
    found.forEach((pixel, k) => {
      expectNear(pixel, k < 2 ? blue : orange, 30);
    });
    await clicked(hands, at(77.5, 40.5));
    expect((await hands.session()).picked).toEqual([40 * 80 + 77]);
  });

  test('shades hollows of a dense system', async () => {
    await hands.show(2);
    const brightness = (occlusion: boolean): Promise<number> =>
      page().evaluate(async (occlusion) => {
        stillpointViewer.change({ occlusion });
        const image = await createImageBitmap(await stillpointViewer.picture(240, 200));
        const context = new OffscreenCanvas(240, 200).getContext('2d');
        if (context === null) throw new Error('no canvas');
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(80, 60, 80, 80);
        return data.reduce((sum, value) => sum + value, 0) / data.length;
      }, occlusion);
    const [plain, shaded] = [await brightness(false), await brightness(true)];
    expect(shaded).toBeLessThan(plain - 5);
    expect(shaded).toBeGreaterThan(0.5 * plain);
  });

  test('draws arrows as long as in all frames or in the shown one, and none where none can be seen', async () => {
    await hands.show(3);
    await page().evaluate(() => {
      stillpointViewer.change({ arrows: 'forces', cell: false });
      stillpointViewer.goTo(1);
    });
    const [x, y] = await middle();
    const row = Array.from({ length: 400 }, (_, k): [number, number] => [x - 300 + k, y]);
    /** Dark pixels, and those that are neither that nor of a disk. */
    const found = async () => {
      await settled();
      const pixels = await viewer().pixels(await page().screenshot(), row);
      return {
        arrow: pixels.filter(isDark).length,
        pale: pixels.filter((pixel) => Math.min(...pixel) > 235).length,
      };
    };
    const apart = await found();
    expect(apart.arrow).toBeLessThan(12);
    await page().evaluate(() => stillpointViewer.change({ arrows: null }));
    // Without arrows no more of the disks is seen: there are no specks. An edge may be a pixel farther while things move.
    expect(Math.abs((await found()).pale - apart.pale)).toBeLessThanOrEqual(2);
    await page().evaluate(() => stillpointViewer.change({ arrows: 'forces' }));
    await page()
      .locator('summary', { hasText: /^Arrows$/ })
      .click();
    await page().getByLabel('Arrows are as long as').selectOption('in this frame');
    expect((await found()).arrow).toBeGreaterThan(apart.arrow + 100);
    expect(await page().getByLabel('Legend', { exact: true }).textContent()).toContain(
      'longest 0.002; lengths as in this frame',
    );
    expect(await page().evaluate(() => stillpointViewer.view?.session.arrowScope)).toBe('frame');
  });

  test('shows trails through the spheres that they lie in', async () => {
    await hands.show(4);
    await page().evaluate(() => {
      stillpointViewer.change({ cell: false, occlusion: false, trail: 0 });
      stillpointViewer.goTo(4);
    });
    const [x, y] = await middle();
    const square = Array.from({ length: 81 * 41 }, (_, k): [number, number] => [
      x - 60 + (k % 81),
      y - 20 + Math.floor(k / 81),
    ]);
    const shown = async (): Promise<Pixel[]> => {
      await settled();
      return viewer().pixels(await page().screenshot(), square);
    };
    const without = await shown();
    await page().evaluate(() => stillpointViewer.change({ trail: 4 }));
    const darker = (await shown()).filter((pixel, k) => pixel[2] < without[k][2] - 10).length;
    expect(darker).toBeGreaterThan(15);
    expect(darker).toBeLessThan(400);
  });

  test('shows arrows through the atoms before them, or not', async () => {
    await page().evaluate(() =>
      stillpointViewer.change({ cell: false, occlusion: false, arrowStart: 'middle' }),
    );
    const [x, y] = await middle();
    // The arrow in the middle of the ball is hidden by it.
    const column = Array.from({ length: 61 }, (_, k): [number, number] => [x, y - 30 + k]);
    const shown = async (): Promise<Pixel[]> => {
      await settled();
      return viewer().pixels(await page().screenshot(), column);
    };
    const faint = await shown();
    await page()
      .locator('summary', { hasText: /^Arrows$/ })
      .click();
    const through = page().getByLabel('Arrows seen through atoms');
    expect(await through.isChecked()).toBe(true);
    await through.uncheck();
    const opaque = await shown();
    expect(opaque.filter((pixel, k) => pixel[2] > faint[k][2] + 5).length).toBeGreaterThan(30);
    expect(await page().evaluate(() => stillpointViewer.view?.session.arrowsThrough)).toBe(false);
  });
});
