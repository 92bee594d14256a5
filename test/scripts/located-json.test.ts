import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLocatedJson } from '../../scripts/located-json.js';

describe('JSON with its lines', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 4 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseLocatedJson(text, 'x').value).toEqual(JSON.parse(text));
      }),
    );
  });

  test('refuses what JSON.parse refuses', () => {
    const characters = fc.constantFrom(...'{}[]",:0123456789.-+eEtruefalsn \\\n\t');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const read = () => parseLocatedJson(text, 'x').value;
        if (valid) expect(read()).toEqual(JSON.parse(text));
        else expect(read).toThrow(/^x:\d+: /);
      }),
      { numRuns: 5000 },
    );
  });

  test('knows the line of each entry, or of what holds it', () => {
    const { line } = parseLocatedJson('{\n "a": {\n  "b":\n 1 },\n "c": [1,\n 2]\n}', 'x');
    expect([[], ['a'], ['a', 'b'], ['c'], ['c', '1'], ['a', 'none'], ['none']].map(line)).toEqual([
      1, 2, 3, 5, 6, 2, 1,
    ]);
  });

  test('refuses a key that comes twice', () => {
    expect(() => parseLocatedJson('{ "a": 1,\n "a": 2 }', 'x.json')).toThrow(
      'x.json:2: "a" is given twice; give it once',
    );
  });

  test('passes a byte order mark over', () => {
    expect(parseLocatedJson('\ufeff[1]', 'x').value).toEqual([1]);
  });
});
