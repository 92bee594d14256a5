#!/usr/bin/env node
/** The program `stillpoint`. */
import { readFileSync } from 'node:fs';
import { main, processTerminal } from './index.js';

const manifest: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);
process.exitCode = await main(process.argv.slice(2), processTerminal(), manifest.version);
