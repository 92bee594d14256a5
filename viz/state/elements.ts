/**
 * How elements are drawn: covalent radii in Å (Cordero et al., "Covalent radii revisited", Dalton Trans. 2008, 2832) and
 * the colours that chemists are used to (those of Jmol, softened where they are met often).
 */
export interface Element {
  /** In Å. */
  readonly radius: number;
  /** Red, green and blue, 0 to 255. */
  readonly color: readonly [number, number, number];
}

/** Radius, red, green, blue. */
const ELEMENTS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  H: [0.31, 235, 235, 235],
  He: [0.28, 217, 255, 255],
  Li: [1.28, 204, 128, 255],
  Be: [0.96, 194, 255, 0],
  B: [0.84, 255, 181, 181],
  C: [0.76, 120, 120, 120],
  N: [0.71, 70, 95, 215],
  O: [0.66, 220, 55, 50],
  F: [0.57, 140, 205, 90],
  Ne: [0.58, 179, 227, 245],
  Na: [1.66, 160, 100, 215],
  Mg: [1.41, 110, 190, 70],
  Al: [1.21, 175, 155, 160],
  Si: [1.11, 225, 190, 150],
  P: [1.07, 235, 140, 40],
  S: [1.05, 230, 205, 60],
  Cl: [1.02, 60, 195, 70],
  Ar: [1.06, 110, 195, 210],
  K: [2.03, 143, 64, 212],
  Ca: [1.76, 61, 255, 0],
  Sc: [1.7, 230, 230, 230],
  Ti: [1.6, 191, 194, 199],
  V: [1.53, 166, 166, 171],
  Cr: [1.39, 138, 153, 199],
  Mn: [1.39, 156, 122, 199],
  Fe: [1.32, 205, 110, 60],
  Co: [1.26, 240, 144, 160],
  Ni: [1.24, 85, 185, 95],
  Cu: [1.32, 195, 125, 65],
  Zn: [1.22, 125, 128, 176],
  Ga: [1.22, 194, 143, 143],
  Ge: [1.2, 102, 143, 143],
  As: [1.19, 189, 128, 227],
  Se: [1.2, 255, 161, 0],
  Br: [1.2, 166, 41, 41],
  Kr: [1.16, 92, 184, 209],
  Rb: [2.2, 112, 46, 176],
  Sr: [1.95, 0, 255, 0],
  Y: [1.9, 148, 255, 255],
  Zr: [1.75, 148, 224, 224],
  Nb: [1.64, 115, 194, 201],
  Mo: [1.54, 84, 181, 181],
  Tc: [1.47, 59, 158, 158],
  Ru: [1.46, 36, 143, 143],
  Rh: [1.42, 10, 125, 140],
  Pd: [1.39, 0, 105, 133],
  Ag: [1.45, 180, 185, 195],
  Cd: [1.44, 255, 217, 143],
  In: [1.42, 166, 117, 115],
  Sn: [1.39, 102, 128, 128],
  Sb: [1.39, 158, 99, 181],
  Te: [1.38, 212, 122, 0],
  I: [1.39, 148, 0, 148],
  Xe: [1.4, 66, 158, 176],
  Cs: [2.44, 87, 23, 143],
  Ba: [2.15, 0, 201, 0],
  La: [2.07, 112, 212, 255],
  Ce: [2.04, 255, 255, 199],
  Pr: [2.03, 217, 255, 199],
  Nd: [2.01, 199, 255, 199],
  Pm: [1.99, 163, 255, 199],
  Sm: [1.98, 143, 255, 199],
  Eu: [1.98, 97, 255, 199],
  Gd: [1.96, 69, 255, 199],
  Tb: [1.94, 48, 255, 199],
  Dy: [1.92, 31, 255, 199],
  Ho: [1.92, 0, 255, 156],
  Er: [1.89, 0, 230, 117],
  Tm: [1.9, 0, 212, 82],
  Yb: [1.87, 0, 191, 56],
  Lu: [1.87, 0, 171, 36],
  Hf: [1.75, 77, 194, 255],
  Ta: [1.7, 77, 166, 255],
  W: [1.62, 33, 148, 214],
  Re: [1.51, 38, 125, 171],
  Os: [1.44, 38, 102, 150],
  Ir: [1.41, 23, 84, 135],
  Pt: [1.36, 208, 208, 224],
  Au: [1.36, 230, 190, 60],
  Hg: [1.32, 184, 184, 208],
  Tl: [1.45, 166, 84, 77],
  Pb: [1.46, 87, 89, 97],
  Bi: [1.48, 158, 79, 181],
  Po: [1.4, 171, 92, 0],
  At: [1.5, 117, 79, 69],
  Rn: [1.5, 66, 130, 150],
  Fr: [2.6, 66, 0, 102],
  Ra: [2.21, 0, 125, 0],
  Ac: [2.15, 112, 171, 250],
  Th: [2.06, 0, 186, 255],
  Pa: [2.0, 0, 161, 255],
  U: [1.96, 0, 143, 255],
  Np: [1.9, 0, 128, 255],
  Pu: [1.87, 0, 107, 255],
  Am: [1.8, 84, 92, 242],
  Cm: [1.69, 120, 92, 227],
};

/** The element of that symbol, or null. */
export function elementOf(symbol: string): Element | null {
  if (!Object.hasOwn(ELEMENTS, symbol)) return null;
  const [radius, ...color] = ELEMENTS[symbol];
  return { radius, color };
}

/** Elements that form molecules and nets of bonds, not ions and metals. */
const NONMETALS = new Set(['H', 'B', 'C', 'N', 'O', 'F', 'Si', 'P', 'S', 'Cl', 'Se', 'Br', 'I']);

/** Whether chemists draw what is made of these species as balls and sticks. */
export function isMolecular(species: readonly string[]): boolean {
  return areElements(species) && species.every((label) => NONMETALS.has(label));
}

/** Whether labels stand for elements: those that go on from A as B, C, … are names of their own. */
export function areElements(labels: readonly string[]): boolean {
  return !labels.includes('A');
}
