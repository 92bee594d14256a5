/** Graphics that are not there, or go away. */
import { expect, test } from 'vitest';
import { createRun, frameOfSystem, speciesColors } from '../../viz/index.js';
import { describeViewer, eventually, expectNear, type Pixel } from './browser.js';
import { disks, trajectory } from './disks.js';

const blue = speciesColors(createRun('disks', [frameOfSystem(disks(0))])).get('A') as Pixel;

describeViewer(
  'graphics',
  { 'disks.extxyz': trajectory() },
  ({ page, viewer, seen, alertText, session, position }) => {
    test('that are taken away are told, and come back with what was shown', async () => {
      await page().keyboard.press('End');
      await page().evaluate(() => {
        const gl = document.querySelector<HTMLCanvasElement>('.stage canvas')?.getContext('webgl2');
        const lost = gl?.getExtension('WEBGL_lose_context');
        Object.assign(globalThis, { lost });
        lost?.loseContext();
      });
      expect(await alertText()).toMatch(/took the graphics away.*What is shown is kept/s);
      await page().keyboard.press('ArrowLeft');
      expect((await session()).time).toBe(3);
      await page().evaluate('lost.restoreContext()');
      await eventually(() => page().locator('.alert span').count()).toBe(0);
      expect(await position()).toBe('3 / 4');
      await eventually(async () => (await seen([5, 1.5]))[0][2] > 150).toBe(true);
      expectNear((await seen([5, 1.5]))[0], blue);
      // three.js and the browser say what happened to whoever looks for it.
      viewer().messages.length = 0;
    });

    test('that refuse a shader are told, with what they say', async () => {
      const other = await viewer().context.newPage();
      await other.addInitScript(() => {
        const { prototype } = WebGL2RenderingContext;
        const parameter = prototype.getProgramParameter;
        prototype.getProgramParameter = function (program, name) {
          return name === this.LINK_STATUS ? false : parameter.call(this, program, name);
        };
        prototype.getProgramInfoLog = () => 'too many varyings\nin a shader';
      });
      await other.goto(viewer().server.address);
      const told = other.locator('.alert span');
      await eventually(() => told.textContent()).toMatch(/refuse a shader.*They say: too many varyings$/s);
      await other.close();
    });

    test('that are not there are told, with what to do', async () => {
      const other = await viewer().context.newPage();
      await other.addInitScript(() => {
        const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = new Proxy(get, {
          apply: (target, self, [kind, ...rest]) =>
            String(kind).startsWith('webgl') ? null : Reflect.apply(target, self, [kind, ...rest]),
        });
      });
      await other.goto(viewer().server.address);
      await other.waitForSelector('html[data-state="failed"]');
      const told = await other.getByRole('alert').last().textContent();
      expect(told).toMatch(/cannot start: .*WebGL.*allow hardware acceleration/s);
      await other.close();
    });
  },
);
