/** Coordinates of some of the atoms, picked out of those of all and put back. */

export class HeldAtoms {
  readonly count: number;
  /** Where each coordinate stands among those of all atoms; null where all take part. */
  private readonly places: Int32Array | null;

  /** @param all how many the system has */
  constructor(
    private readonly atoms: readonly number[],
    private readonly all: number,
    private readonly dimension: number,
  ) {
    this.count = atoms.length;
    this.places = this.count === all ? null : placesOf(atoms, dimension);
  }

  get areAll(): boolean {
    return this.places === null;
  }

  /** Their coordinates, `count × dimension`. */
  restrict(full: Float64Array): Float64Array {
    return this.gather(full, new Float64Array(this.count * this.dimension));
  }

  /** `width` numbers each. */
  restrictRows(full: Float64Array, width: number): Float64Array {
    if (this.areAll) return full.slice();
    return Float64Array.from(placesOf(this.atoms, width), (place) => full[place]);
  }

  /** The coordinates of all atoms, zero for those that do not take part. */
  extend(part: Float64Array): Float64Array {
    return this.scatter(part, new Float64Array(this.all * this.dimension));
  }

  /** As `restrict`, into `part`. */
  gather(full: Float64Array, part: Float64Array): Float64Array {
    const { places } = this;
    if (places === null) part.set(full);
    else for (let k = 0; k < places.length; k++) part[k] = full[places[k]];
    return part;
  }

  /** As `extend`, into `full`, of which only their coordinates are written. */
  scatter(part: Float64Array, full: Float64Array): Float64Array {
    const { places } = this;
    if (places === null) full.set(part);
    else for (let k = 0; k < places.length; k++) full[places[k]] = part[k];
    return full;
  }
}

function placesOf(atoms: readonly number[], width: number): Int32Array {
  const places = new Int32Array(atoms.length * width);
  for (const [k, atom] of atoms.entries()) {
    for (let m = 0; m < width; m++) places[k * width + m] = atom * width + m;
  }
  return places;
}
