/** Views that are saved and opened again. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkView,
  createRun,
  createSession,
  formatView,
  frameOfSystem,
  hashView,
  parseView,
  type SavedView,
  sessionFields,
  viewHash,
} from '../../viz/index.js';
import { disks } from './disks.js';

const run = createRun(
  'disks.extxyz',
  [0, 1, 2].map((k) => frameOfSystem(disks(k), k)),
);
const session = createSession(run);
const view: SavedView = { version: 1, file: run.name, theme: 'dark', session, beside: null };
const parse = (change: object) => () => parseView(JSON.stringify({ ...view, ...change }), session);

describe('a saved view', () => {
  test('reads back as it was, from JSON and from an address', () => {
    const moved = { ...view, session: { ...session, time: 2, colorBy: 'charge', arrowScale: 0.1 + 0.2 } };
    const there = parseView(formatView(moved), session);
    expect(there.session.arrowScale).toBeCloseTo(0.3, 8);
    expect({ ...there.session, arrowScale: 0, camera: 0 }).toEqual({
      ...moved.session,
      arrowScale: 0,
      camera: 0,
    });
    expect(hashView(viewHash(moved))).toBe(formatView(moved));
    expect(viewHash(view)).not.toMatch(/[\s"<>]/);
    expect(hashView('')).toBe(null);
    expect(hashView('#elsewhere')).toBe(null);
  });

  test('knows what was seen beside it, linked or on its own way', () => {
    const { camera } = session;
    for (const own of [null, { camera, time: 1 }]) {
      const both = { ...view, beside: { file: 'other.extxyz', own } };
      expect(parseView(formatView(both), session).beside).toMatchObject({ file: 'other.extxyz' });
      expect(parseView(formatView(both), session).beside?.own?.time).toBe(own?.time);
    }
    // Views of before say nothing of it.
    expect(parse({ beside: undefined })().beside).toBeNull();
    expect(parse({ beside: { file: 3, own: null } })).toThrow(/beside\.file: found 3, expected a text/);
    expect(parse({ beside: { file: 'x', own: { time: -1, camera } } })).toThrow(/beside\.own\.time/);
  });

  test('has a field for every entry of a session', () => {
    expect(Object.keys(sessionFields).sort()).toEqual(Object.keys(session).sort());
  });

  test('takes what it does not say from the run', () => {
    const { session: opened } = parse({ session: { time: 1 } })();
    expect(opened).toEqual({ ...session, time: 1 });
  });

  test.each([
    [{ version: 2 }, /version 2, expected 1/],
    [{ version: undefined }, /version none, expected 1/],
    [{ theme: 'pink' }, /theme: found "pink", expected one of light, dark/],
    [{ session: { radiusScale: '1' } }, /session\.radiusScale: found "1", expected a number/],
    [
      { session: { camera: { target: [0, 0], rotation: [0, 0, 0, 1], height: 1 } } },
      /camera\.target: .*expected 3/,
    ],
    [
      { session: { camera: { target: [0, 0, null], rotation: [0, 0, 0, 1], height: 1 } } },
      /camera\.target\[2\]/,
    ],
    [{ session: { loop: 'forever' } }, /session\.loop: found "forever"/],
    [{ session: { spin: 1 } }, /session has the unknown entry "spin"/],
    [{ session: [] }, /session: found \[\], expected an object/],
  ])('that is wrong is refused with the place and what was expected: %j', (change, told) => {
    expect(parse(change)).toThrow(told);
  });

  test('that is no JSON, or not whole in its address, is told', () => {
    expect(() => parseView('{"version":', session)).toThrow(/the view is no JSON/);
    expect(() => parseView('null', session)).toThrow(/expected 1/);
    expect(() => hashView('#view=%7B%2')).toThrow(/not whole/);
  });

  test('is checked against the run that it is opened on', () => {
    const of = (part: object) => ({ ...view, session: { ...session, ...part } });
    expect(() => checkView(of({ colorBy: 'charge' }), run)).not.toThrow();
    expect(() => checkView(of({ colorBy: 'flavour' }), run)).toThrow(
      /"flavour", which disks\.extxyz has not; it has diameter, charge/,
    );
    expect(() => checkView(of({ arrows: 'charge' }), run)).toThrow(/"charge"/);
    expect(() => checkView(of({ time: 7 }), run)).toThrow(/frame 7, but disks\.extxyz has 3/);
    expect(() => checkView(of({ time: 3 }), run)).toThrow(/frame 3, but disks\.extxyz has 3/);
    expect(() => checkView(of({ time: 2.5, arrows: 'displacement' }), run)).not.toThrow();
  });

  test('never takes anything but numbers, words and truth values from outside', () => {
    const plain = (value: unknown): boolean => {
      if (typeof value === 'object' && value !== null) return Object.values(value).every(plain);
      return value === null || ['boolean', 'string'].includes(typeof value) || Number.isFinite(value);
    };
    const kindOf = (value: unknown): string => {
      if (value === null || typeof value !== 'object') return value === null ? 'nothing' : typeof value;
      return Array.isArray(value) ? 'list' : 'entries';
    };
    /** What an entry may be besides what it is at first. */
    const others: Readonly<Record<string, readonly string[]>> = {
      colorBy: ['string'],
      arrows: ['nothing'],
      colorMap: ['string'],
      colorRange: ['string', 'entries'],
      bonds: ['entries'],
      arrowStart: ['string'],
      arrowMap: ['string'],
      arrowsThrough: ['boolean'],
      ghost: ['number'],
      curves: ['list'],
      distribution: ['list'],
    };
    const keys = Object.keys(sessionFields) as (keyof typeof session)[];
    let taken = 0;
    const anything = fc.oneof(fc.anything(), fc.integer(), fc.boolean(), fc.string(), fc.constant(null));
    fc.assert(
      fc.property(fc.constantFrom(...keys), anything, (key, value) => {
        let read: SavedView;
        try {
          read = parse({ session: { [key]: value } })();
        } catch (error) {
          expect((error as Error).message).toMatch(/expected|unknown/);
          return;
        }
        const { [key]: found, ...rest } = read.session;
        const { [key]: before, ...untouched } = session;
        expect(rest).toEqual(untouched);
        expect(plain(found)).toBe(true);
        expect([kindOf(before), ...(others[key] ?? [])]).toContain(kindOf(found));
        taken++;
      }),
      { numRuns: 2000 },
    );
    // Some of it is good: the test would see nothing otherwise.
    expect(taken).toBeGreaterThan(50);
  });
});
