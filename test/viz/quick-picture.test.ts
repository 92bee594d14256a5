/** Many atoms are seen soon, and drawn with everything when there is time: both pictures show the same. */
import { expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import type { Viewer } from '../../viz/index.js';
import { describeViewer } from './browser.js';

declare const stillpointViewer: Viewer;

const EDGE = 18;

/** A cubic lattice in disorder, of two species that overlap a little. */
function crowd(): string {
  const { uniform } = random(7);
  const lines = [
    String(EDGE ** 3),
    `Lattice="${EDGE} 0 0 0 ${EDGE} 0 0 0 ${EDGE}" Properties=species:S:1:pos:R:3:radius:R:1 pbc="T T T"`,
  ];
  for (let i = 0; i < EDGE ** 3; i++) {
    const cell = [i % EDGE, Math.floor(i / EDGE) % EDGE, Math.floor(i / EDGE ** 2)];
    const place = cell.map((k) => (k + 0.5 + 0.3 * (uniform() - 0.5)).toFixed(4));
    lines.push(`${i % 3 === 0 ? 'Na 0.6' : 'Cl 0.45'}`.replace(' ', ` ${place.join(' ')} `));
  }
  return `${lines.join('\n')}\n`;
}

interface Compared {
  /** Of all pixels, those whose colours are far apart, and the mean difference of a colour from 0 to 255. */
  readonly apart: number;
  readonly mean: number;
  /** Pixels that differ at all. */
  readonly differing: number;
  /** Pixels that are not background. */
  readonly atoms: number;
}

describeViewer('many atoms', { 'crowd.extxyz': crowd() }, ({ page }) => {
  for (const look of [
    { projection: 'perspective', images: [1, 1, 1], picked: [] },
    { projection: 'orthographic', images: [1, 1, 1], picked: [4211] },
    { projection: 'perspective', images: [2, 1, 1], picked: [] },
  ] as const) {
    test(`are in a quick picture where they are in a complete one: ${JSON.stringify(look)}`, async () => {
      const { apart, mean, differing, atoms } = await page().evaluate(comparePictures, {
        look,
        text: crowd(),
      });
      expect(atoms).toBeGreaterThan(0.15);
      // Edges alone are smooth in one and not in the other.
      expect(differing).toBeGreaterThan(0);
      expect(mean).toBeLessThan(6);
      expect(apart).toBeLessThan(0.06);
    });
  }
});

/** Runs in the page. */
async function comparePictures({ look, text }: { look: object; text: string }): Promise<Compared> {
  const viewer = stillpointViewer;
  const canvas = document.querySelector<HTMLCanvasElement>('.stage canvas');
  if (canvas === null) throw new Error('there is no picture');
  const { width, height } = canvas;
  const pixels = (image: CanvasImageSource): Uint8ClampedArray => {
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, width, height).data;
  };
  for (let attempt = 0; attempt < 5; attempt++) {
    // What a complete picture costs is not known of what has just been opened.
    if (!(await viewer.open(text, 'crowd.extxyz'))) throw new Error('the file was not read');
    viewer.change({ ...look, occlusion: false });
    viewer.resetView();
    const quick = await new Promise<Uint8ClampedArray>((done) =>
      requestAnimationFrame(() => done(pixels(canvas))),
    );
    const whole = pixels(await createImageBitmap(await viewer.picture(width, height)));
    let [apart, sum, differing, atoms] = [0, 0, 0, 0];
    for (let k = 0; k < quick.length; k += 4) {
      const differences = [0, 1, 2].map((c) => Math.abs(quick[k + c] - whole[k + c]));
      const most = Math.max(...differences);
      sum += differences[0] + differences[1] + differences[2];
      if (most > 64) apart++;
      if (most > 0) differing++;
      if (Math.min(whole[k], whole[k + 1], whole[k + 2]) < 240) atoms++;
    }
    const count = width * height;
    if (differing > 0 || attempt === 4) {
      return { apart: apart / count, mean: sum / (3 * count), differing, atoms: atoms / count };
    }
  }
  throw new Error('not reached');
}
