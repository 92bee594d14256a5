/** The command line, callable. */
export { main } from './main.js';
export { processTerminal, type Terminal } from './terminal.js';
