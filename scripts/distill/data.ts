/** The data that `distill` learns from: bundled digits, IDX files, CSV; as a training set and a test set. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type ClassificationData,
  digits,
  digitsSource,
  type IdxArray,
  imageData,
  parseIdx,
  splitSamples,
  standardizer,
  take,
} from '../../src/data/index.js';
import { InputError } from '../../src/message/index.js';
import { type ReadOptions, readClassification } from '../table-data.js';

export interface DistillData {
  readonly name: string;
  /** Whom to cite, where that is known. */
  readonly source?: string;
  readonly training: ClassificationData;
  readonly test: ClassificationData;
  readonly classNames: readonly string[];
  /** Rows and columns of pixels, where the features are those of an image. */
  readonly image: readonly [number, number] | null;
}

/** `target`, `columns` and `drop` are of CSV files. */
export interface DataOptions extends ReadOptions {
  /** digits, mnist, fashion, or a CSV file. */
  readonly data: string;
  /** Where the IDX files are. */
  readonly folder?: string;
  /** Of the samples, where there is one set only. */
  readonly testShare: number;
  readonly seed: number;
  /** No more training samples than these, drawn evenly from the classes. */
  readonly limit?: number;
}

/** Where a package of Debian puts them (`dataset-fashion-mnist`), and where one would look for MNIST. */
const installed = {
  fashion: '/usr/share/datasets/fashion-mnist',
  mnist: '/usr/share/datasets/mnist',
} as const;

const fashionNames =
  'T-shirt or top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot'.split(', ');

/** @throws InputError for files that are missing, or cannot be used */
export function readData(options: DataOptions): DistillData {
  const { data, folder, target, columns, drop, limit, seed } = options;
  if (folder !== undefined && data !== 'mnist' && data !== 'fashion') {
    throw new InputError('--folder is for the IDX files of --data mnist and --data fashion');
  }
  if ((target ?? columns ?? drop) !== undefined && ['digits', 'mnist', 'fashion'].includes(data)) {
    throw new InputError('--target, --columns and --drop name columns of a CSV file; name one with --data');
  }
  const found =
    data === 'digits'
      ? splitDigits(options)
      : data === 'mnist' || data === 'fashion'
        ? idxData(data, folder ?? installed[data])
        : csvData(options);
  if (limit === undefined || limit >= found.training.count) return found;
  const { training } = found;
  const { validation } = splitSamples(training.count, limit / training.count, {
    seed,
    labels: training.labels,
  });
  return { ...found, training: take(training, validation) };
}

function splitDigits({ testShare, seed }: DataOptions): DistillData {
  const sets = split(digits(), testShare, seed);
  const classNames = Array.from({ length: 10 }, (_, k) => String(k));
  return { name: 'digits, 8 × 8', source: digitsSource, ...sets, classNames, image: [8, 8] };
}

/** As many test samples as the share asks for, rounded up; each class gives its part. */
function split(all: ClassificationData, share: number, seed: number): Pick<DistillData, 'training' | 'test'> {
  const wanted = Math.ceil(share * all.count) / all.count;
  const { training, validation } = splitSamples(all.count, wanted, { seed, labels: all.labels });
  return { training: take(all, training), test: take(all, validation) };
}

function idxData(data: 'mnist' | 'fashion', folder: string): DistillData {
  if (!existsSync(folder)) {
    const help =
      data === 'fashion'
        ? 'Install the package dataset-fashion-mnist of Debian, or name a folder with --folder'
        : 'Name the folder that has train-images-idx3-ubyte and the three others with --folder';
    throw new InputError(`there is no folder ${folder} with the IDX files of ${data}. ${help}`);
  }
  const [training, test] = (['train', 't10k'] as const).map((part) => {
    const images = readIdx(folder, `${part}-images-idx3-ubyte`, 3);
    const labels = readIdx(folder, `${part}-labels-idx1-ubyte`, 1);
    return {
      set: imageData(images.array, labels.array, { images: images.path, labels: labels.path }),
      shape: images.array.shape,
    };
  });
  const [, rows, columns] = training.shape;
  if (test.set.width !== training.set.width) {
    throw new InputError(
      `${folder}: the training images have ${rows} × ${columns} pixels, the test images ${test.shape[1]} × ${test.shape[2]}`,
    );
  }
  const classes = Math.max(training.set.classes, test.set.classes);
  return {
    name: data === 'fashion' ? 'Fashion-MNIST' : 'MNIST',
    training: { ...training.set, classes },
    test: { ...test.set, classes },
    classNames:
      data === 'fashion' && classes === 10
        ? fashionNames
        : Array.from({ length: classes }, (_, k) => String(k)),
    image: [rows, columns],
  };
}

function readIdx(folder: string, name: string, dimensions: number): { array: IdxArray; path: string } {
  const names = [name, `${name}.gz`, name.replace('-idx', '.idx')];
  const path = names.map((one) => join(folder, one)).find((one) => existsSync(one));
  if (path === undefined) throw new InputError(`${folder}: there is no ${names.slice(0, 2).join(' or ')}`);
  return { array: parseIdx(unpacked(path), path, dimensions), path };
}

/** The bytes of a file, out of their gzip where they begin like one. */
function unpacked(path: string): Uint8Array {
  const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${reasonOf(error)}`);
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    const reason = reasonOf(error);
    throw new InputError(`${path}: the gzip file is damaged or cut short (${reason}); download it anew`);
  }
}

function csvData(options: DataOptions): DistillData {
  const { data: path, testShare, seed } = options;
  if (!existsSync(path)) {
    throw new InputError(`there is no file ${path}; --data takes digits, mnist, fashion, or a CSV file`);
  }
  const { data: all, classNames, features } = readClassification(path, options);
  const { training, test } = split(all, testShare, seed);
  const { apply } = standardizer(training);
  const side = Math.sqrt(features.length);
  return {
    name: `${basename(path)}, standardised`,
    training: apply(training),
    test: apply(test),
    classNames,
    image: Number.isInteger(side) && side > 1 ? [side, side] : null,
  };
}
