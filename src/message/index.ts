/** What the library says to people: errors about their input, and warnings. */
export { InputError } from './input-error.js';
export { checkOptions, nearestName } from './options.js';
export { onWarning, warn, warnOnce } from './warning.js';
