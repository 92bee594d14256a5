import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import {
  coordinates,
  createBox,
  createSystem,
  numberColumn,
  removeAtoms,
  selectAtoms,
  withBox,
  withColumn,
  withInfo,
  withPositions,
} from '../../systems/index.js';

const square = createSystem({
  positions: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
  species: ['A', 'B', 'A', 'B'],
  columns: { charge: [1, -1, 1, -1], tag: ['a', 'b', 'c', 'd'], fixed: [true, false, false, true] },
  info: { energy: -3 },
});

describe('a system', () => {
  test('is made from rows, a flat array or an ndarray, and gives its coordinates back flat', () => {
    const flat = Float64Array.of(0, 1, 2, 3, 4, 5);
    const rows = createSystem({
      positions: [
        [0, 1, 2],
        [3, 4, 5],
      ],
    });
    expect(coordinates(rows)).toEqual(flat);
    expect(rows.positions.get(1, 2)).toBe(5);
    expect(coordinates(createSystem({ positions: flat, dimension: 3 }))).toBe(flat);
    expect(coordinates(createSystem({ positions: ndarray(flat, [2, 3]) }))).toBe(flat);
    const transposed = ndarray(Float64Array.of(0, 3, 1, 4, 2, 5), [3, 2]).transpose(1, 0);
    expect(coordinates(createSystem({ positions: transposed }))).toEqual(flat);
    expect(createSystem({ positions: flat, box: createBox([1, 1]) }).count).toBe(3);
  });

  test('refuses sizes that do not fit, and says which', () => {
    const positions = [
      [0, 0],
      [1, 1],
    ];
    expect(() =>
      createSystem({
        positions: [
          [0, 0],
          [1, 1, 1],
        ],
      }),
    ).toThrow('atom 1 has 3 coordinates, expected 2');
    expect(() => createSystem({ positions: [[0], [1]] })).toThrow('2 or 3 dimensions');
    expect(() => createSystem({ positions: new Float64Array(6) })).toThrow('flat positions need');
    expect(() => createSystem({ positions: new Float64Array(5), dimension: 2 })).toThrow('do not divide');
    expect(() => createSystem({ positions: new Float64Array(8), dimension: 4 as 3 })).toThrow(
      '2 or 3 dimensions',
    );
    expect(() => createSystem({ positions, species: ['A'] })).toThrow('2 positions but 1 species');
    expect(() => createSystem({ positions, box: createBox([1, 1, 1]) })).toThrow('the box has 3 vectors');
    expect(() => createSystem({ positions: [[0, Number.NaN]] })).toThrow('atom 0 has the coordinate NaN');
    expect(() => createSystem({ positions, columns: { charge: [1, 2, 3] } })).toThrow(
      '"charge" has 3 values for 2 atoms',
    );
    expect(() => withPositions(square, new Float64Array(7))).toThrow('need 8 coordinates, found 7');
    expect(() => withBox(square, createBox([1, 1, 1]))).toThrow('needs a box of 2 vectors');
  });

  test('takes columns of numbers, vectors, strings and truth values', () => {
    expect(square.columns.get('charge')).toEqual({
      kind: 'real',
      width: 1,
      values: Float64Array.of(1, -1, 1, -1),
    });
    expect(square.columns.get('tag')?.kind).toBe('string');
    expect(square.columns.get('fixed')?.kind).toBe('logical');
    const rows = [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ];
    const flat = Float64Array.from(rows.flat());
    expect(numberColumn(withColumn(square, 'v', rows), 'v', 2)).toEqual(flat);
    expect(numberColumn(withColumn(square, 'v', ndarray(flat, [4, 2])), 'v', 2)).toBe(flat);
    expect(() => withColumn(square, 'v', [[1, 2], [3], [4, 5], [6, 7, 8]])).toThrow('rows of unequal length');
  });

  test('says which columns it has when it is asked for another', () => {
    expect(() => numberColumn(square, 'diameter')).toThrow('no column "diameter"; it has charge, tag, fixed');
    expect(() => numberColumn(square, 'tag')).toThrow('holds string values, expected numbers');
    expect(() => numberColumn(square, 'charge', 3)).toThrow('has 1 values an atom, expected 3');
  });

  test('is not changed by what is made from it', () => {
    const moved = withPositions(square, new Float64Array(8));
    const described = withInfo(withColumn(moved, 'mass', [1, 1, 1, 1]), { energy: 0, step: 4 });
    expect(Array.from(square.positions.data)).toEqual([0, 0, 1, 0, 1, 1, 0, 1]);
    expect([...square.columns.keys()]).toEqual(['charge', 'tag', 'fixed']);
    expect([...described.info]).toEqual([
      ['energy', 0],
      ['step', 4],
    ]);
    expect([...square.info]).toEqual([['energy', -3]]);
  });

  test('loses atoms with all their columns, and the comment that was about the whole', () => {
    const rest = removeAtoms(square, [1, 3]);
    expect(coordinates(rest)).toEqual(Float64Array.of(0, 0, 1, 1));
    expect(rest.species).toEqual(['A', 'A']);
    expect(numberColumn(rest, 'charge')).toEqual(Float64Array.of(1, 1));
    expect(rest.columns.get('tag')?.values).toEqual(['a', 'c']);
    expect(rest.columns.get('fixed')?.values).toEqual([true, false]);
    expect(rest.info.size).toBe(0);
    expect(selectAtoms(square, [2, 0]).columns.get('tag')?.values).toEqual(['c', 'a']);
    expect(() => removeAtoms(square, [4])).toThrow('there is no atom 4; the system has atoms 0 to 3');
    expect(() => removeAtoms(square, [1, 1])).toThrow('atom 1 is named twice');
  });
});
