/** What is measured, written over the picture of the page. */
import { element, setText } from './elements.js';
import { placedTexts } from './measured-text.js';
import type { MakePart } from './part.js';

export const measureLabelsPart: MakePart = (host) => {
  const place = element('div', { class: 'measure-labels', 'aria-hidden': 'true' });
  /** Is as wide as what is asked for; never seen. */
  const ruler = element('span', { class: 'ruler' });
  const sizes = new Map<string, readonly [number, number]>();
  /** The size of text may have changed where the page's has. */
  let measuredIn = '';
  const sizeOf = (text: string): readonly [number, number] => {
    let size = sizes.get(text);
    if (size === undefined) {
      place.append(ruler);
      ruler.textContent = text;
      size = [ruler.offsetWidth, ruler.offsetHeight];
      ruler.remove();
      // Nothing has a size while the page hides it.
      if (size[0] > 0) sizes.set(text, size);
    }
    return size;
  };
  return {
    place: 'stage',
    element: place,
    show(session) {
      const { clientWidth, clientHeight } = host.stage;
      const now = `${clientWidth} ${clientHeight} ${devicePixelRatio}`;
      if (now !== measuredIn || sizes.size > 100) sizes.clear();
      measuredIn = now;
      const texts = session.playing
        ? []
        : placedTexts(host, session, [clientWidth, clientHeight], ({ text }) => sizeOf(text));
      while (place.children.length > texts.length) place.lastChild?.remove();
      while (place.children.length < texts.length) place.append(element('span'));
      texts.forEach(({ text, corner: [x, y], aside }, k) => {
        const label = place.children[k] as HTMLElement;
        setText(label, text);
        label.classList.toggle('aside', aside);
        label.style.transform = `translate(${x}px, ${y}px)`;
      });
    },
  };
};
