/** Extended XYZ from a string that is in memory already. For files and network streams see `stream.ts`. */
import type { System } from '../system.js';
import { type FrameParser, frameParser } from './frame.js';

/**
 * All frames of a text in extended or plain XYZ.
 *
 * @param name what errors call the text: the path of the file
 * @throws InputError with `name:line:`, what was found and what was expected
 */
export function parseExtendedXyz(text: string, name = 'extended XYZ'): System[] {
  const parser = frameParser(name);
  const frames: System[] = [];
  const rest = pushLines(parser, text, (frame) => frames.push(frame));
  if (rest !== '') {
    const frame = parser.push(rest);
    if (frame !== null) frames.push(frame);
  }
  parser.end();
  return frames;
}

/** Gives the parser the whole lines of a text and returns what follows the last line feed. */
export function pushLines(parser: FrameParser, text: string, onFrame: (frame: System) => void): string {
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    const frame = parser.push(text.slice(start, end));
    if (frame !== null) onFrame(frame);
    start = end + 1;
  }
  return text.slice(start);
}
