/** A page of somebody else that mounts the viewer. */
import './foreign.css';
import '../../../viz/page/style.css';
import { mountViewer, recipeFile } from '../../../viz/index.js';

const here = document.querySelector<HTMLElement>('#here') ?? document.body;
Object.assign(globalThis, { stillpoint: { here, mountViewer, recipeFile } });
document.documentElement.dataset.state = 'ready';
