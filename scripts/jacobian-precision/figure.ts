/** The experiment as a picture: SVG, written by hand. */
import type { PrecisionRow } from './experiment.js';

const panel = { width: 380, height: 320, left: 70, top: 92, gap: 60 };
const series = [
  { key: 'unrolled', colour: '#d9622b', label: 'unrolled' },
  { key: 'implicit', colour: '#1f6fb4', label: 'implicit' },
] as const;
const ink = '#24303c';
const faint = '#e4e8ec';
const quiet = '#6b7885';

/** Log–log panels side by side, one a θ: error of the derivative over error of the iterate. */
export function precisionFigure(rows: readonly PrecisionRow[]): string {
  const thetas = [...new Set(rows.map(({ theta }) => theta))];
  const { width, height, left, top, gap } = panel;
  const whole = { width: left + thetas.length * (width + gap) - gap + 110, height: top + height + 64 };
  const y = scale(
    rows.flatMap(({ implicit, unrolled, bound }) => [implicit, unrolled, bound]),
    top + height,
    top,
  );
  const panels = thetas.map((theta, k) => {
    const own = rows.filter((row) => row.theta === theta);
    const from = left + k * (width + gap);
    const x = scale(
      own.map(({ iterateError }) => iterateError),
      from,
      from + width,
    );
    return drawPanel(theta, own, x, y, k === 0, k === thetas.length - 1);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.width} ${whole.height}" width="${whole.width}" height="${whole.height}" font-family="Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif" font-size="13" fill="${ink}">
<title>Error of the derivative of an unfinished solution</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${left}" y="34" font-size="19" font-weight="600">The derivative of an unfinished solution</text>
<text x="${left}" y="56" fill="${quiet}">Ridge regression on the diabetes data by gradient descent: implicit differentiation reaches its bound, unrolling the steps does worse</text>
${panels.join('\n')}
<text transform="translate(20 ${top + height / 2}) rotate(-90)" text-anchor="middle">error of the derivative  ‖∂ŵ − ∂w*‖</text>
</svg>
`;
}

interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
  readonly range: readonly [number, number];
}

/** Logarithmic, over whole decades. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  const low = Math.floor(Math.min(...logs));
  const high = Math.max(low + 1, Math.ceil(Math.max(...logs)));
  const every = Math.ceil((high - low) / 8);
  const ticks: number[] = [];
  for (let power = high; power >= low; power -= every) ticks.unshift(power);
  const at = (value: number): number => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  return Object.assign(at, { ticks, range: [low, high] as const });
}

function drawPanel(
  theta: number,
  rows: readonly PrecisionRow[],
  x: Scale,
  y: Scale,
  first: boolean,
  last: boolean,
): string {
  const [left, right] = [x(10 ** x.range[0]), x(10 ** x.range[1])];
  const [bottom, top] = [y(10 ** y.range[0]), y(10 ** y.range[1])];
  const n = (value: number): string => value.toFixed(1);
  const grid = [
    ...x.ticks.map((power) => `<path d="M${n(x(10 ** power))} ${bottom}V${top}"/>`),
    ...y.ticks.map((power) => `<path d="M${left} ${n(y(10 ** power))}H${right}"/>`),
  ].join('');
  const label = (power: number): string =>
    `10<tspan dy="-5" font-size="9">${String(power).replace('-', '−')}</tspan>`;
  const ticks = [
    ...x.ticks.map(
      (power) =>
        `<text x="${n(x(10 ** power))}" y="${bottom + 18}" text-anchor="middle">${label(power)}</text>`,
    ),
    ...(first ? y.ticks : []).map(
      (power) =>
        `<text x="${left - 8}" y="${n(y(10 ** power) + 4)}" text-anchor="end">${label(power)}</text>`,
    ),
  ].join('');
  const line = (key: 'bound' | 'implicit' | 'unrolled'): string =>
    rows.map((row, k) => `${k === 0 ? 'M' : 'L'}${n(x(row.iterateError))} ${n(y(row[key]))}`).join('');
  const curves = series.map(({ key, colour }) => {
    const dots = rows.map((row) => {
      const tip = `${row.iterations} steps: iterate off by ${row.iterateError.toPrecision(2)}, derivative by ${row[key].toPrecision(2)}`;
      return `<circle cx="${n(x(row.iterateError))}" cy="${n(y(row[key]))}" r="3.4"><title>${tip}</title></circle>`;
    });
    return `<g fill="${colour}"><path d="${line(key)}" fill="none" stroke="${colour}" stroke-width="1.6"/>${dots.join('')}</g>`;
  });
  const [begin, end] = [rows[0], rows[rows.length - 1]];
  const counts = [
    `<text x="${n(x(begin.iterateError))}" y="${n(y(begin.implicit) + 20)}" text-anchor="middle">${begin.iterations} step</text>`,
    `<text x="${n(x(end.iterateError) + 10)}" y="${n(y(end.implicit) + 4)}">${end.iterations} steps</text>`,
  ].join('');
  // Names stand where the curves end on the right, the earliest iterates.
  const start = rows[0];
  const names = last
    ? [
        ...series.map(({ key, colour, label }) => ({ at: y(start[key]), colour, label })),
        { at: y(start.bound), colour: ink, label: 'bound' },
      ]
    : [];
  names.sort((a, b) => a.at - b.at);
  for (let k = 1; k < names.length; k++) names[k].at = Math.max(names[k].at, names[k - 1].at + 17);
  const labels = names.map(
    ({ at, colour, label }) =>
      `<text x="${n(Math.max(right, x(start.iterateError)) + 12)}" y="${n(at + 4)}" fill="${colour}" font-weight="600">${label}</text>`,
  );
  return `<g>
<text x="${left}" y="${top - 10}" font-weight="600">θ = ${theta}</text>
<g stroke="${faint}">${grid}</g>
<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="${quiet}"/>
<g fill="${quiet}" font-size="12">${ticks}</g>
${curves.join('\n')}
<path d="${line('bound')}" fill="none" stroke="${ink}" stroke-width="1.4" stroke-dasharray="5 4"/>
${labels.join('')}
<g fill="${quiet}" font-size="11">${counts}</g>
<text x="${(left + right) / 2}" y="${bottom + 44}" text-anchor="middle">error of the iterate  ‖ŵ − w*‖, from right to left</text>
</g>`;
}
