/** The section that makes structures to play with: what, how many atoms, which seed. */
import { InputError } from '../../src/message/index.js';
import type { ViewerFile } from '../files/index.js';
import {
  createRun,
  frameOfSystem,
  makeRecipe,
  type RecipeOptions,
  type Run,
  recipes,
} from '../state/index.js';
import { button, element, field } from './elements.js';
import { fileInput } from './files.js';
import type { MakePart } from './part.js';

/** More atoms than this are for the command line. */
const MOST = 20_000;

const made = new WeakSet<Run>();

/**
 * A structure made in the page, as a file that can be shown.
 *
 * @throws InputError where there is no such recipe, or too few atoms for it
 */
export function recipeFile(id: string, options?: Partial<RecipeOptions>): ViewerFile {
  const recipe = recipes.find((known) => known.id === id);
  if (recipe === undefined) throw new InputError(`there is no structure "${id}"`);
  const { count = recipe.count, seed = 0 } = options ?? {};
  const system = makeRecipe(id, { count, seed });
  const name = `${recipe.name}, ${system.count} atoms, seed ${seed}`;
  return {
    name,
    async open() {
      const run = createRun(name, [frameOfSystem(system)]);
      made.add(run);
      return run;
    },
  };
}

export const playgroundPart: MakePart = (host) => {
  const what = element(
    'select',
    { name: 'recipe' },
    ...recipes.map(({ id, name }) => element('option', { value: id }, name)),
  );
  const count = element('input', {
    name: 'atoms',
    type: 'number',
    min: 2,
    max: MOST,
    value: recipes[0].count,
  });
  const seed = element('input', { name: 'seed', type: 'number', min: 0, max: 999_999, value: 0 });
  what.addEventListener('change', () => {
    count.value = String(recipes.find(({ id }) => id === what.value)?.count ?? count.value);
  });

  async function make(): Promise<void> {
    const [atoms, start] = [count, seed].map((input) => Number(input.value));
    if (!count.checkValidity() || !seed.checkValidity()) {
      host.showError(`A structure has 2 to ${MOST} atoms, and its seed is a whole number from 0 on.`);
      return;
    }
    try {
      await host.show(recipeFile(what.value, { count: atoms, seed: start }));
    } catch (error) {
      host.showError(error instanceof Error ? error.message : String(error));
    }
  }

  const content = element(
    'div',
    {},
    field('Structure', what),
    element('div', { class: 'columns' }, field('Atoms', count), field('Seed', seed)),
    element(
      'div',
      { class: 'buttons' },
      button('Make', 'Make the structure', () => void make()),
    ),
  );
  return {
    place: 'side',
    title: 'Playground',
    folded: true,
    element: content,
    setRun(run) {
      const section = content.closest('details');
      if (made.has(run) && section !== null) section.open = true;
    },
  };
};

/** Over the picture while nothing is open: the way in for those who have no file at hand. */
export const welcomePart: MakePart = (host) => {
  const { input, choose } = fileInput(host);
  const open = button('Open files', 'Open files (O)', choose);
  const start = button('Or play with a packing', 'Or play with a packing of disks', () => {
    void host.show(recipeFile('disks'));
  });
  const welcome = element('div', { class: 'welcome' }, open, start, input);
  return {
    place: 'stage',
    element: welcome,
    setRun() {
      welcome.hidden = true;
    },
  };
};
