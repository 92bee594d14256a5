/** Elements made from code: text is always text, never markup, and styles come from classes alone. */

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An element with attributes (true: present and empty, false: absent) and what it holds. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** The same for vector graphics. */
export function graphic<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? '' : String(value));
  }
}

/** A number for people: four digits. */
export function short(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

/** A colour of 0 to 255, as style sheets have it. */
export function css(color: readonly number[]): string {
  return `rgb(${color.map(Math.round).join(' ')})`;
}

let identified = 0;

/** The id of a control, which gets one that no other viewer of the page has. */
export function idOf(control: HTMLElement): string {
  if (control.id === '') control.id = `stillpoint-${++identified}`;
  return control.id;
}

/** A control under its name. */
export function field(label: string, control: HTMLElement): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: idOf(control) }, label), control);
}

export function check(label: string, name: string, onChange: (checked: boolean) => void): HTMLInputElement {
  const made = element('input', { name, type: 'checkbox', 'aria-label': label });
  made.addEventListener('change', () => onChange(made.checked));
  return made;
}

/** A check box before its name. */
export function checkField(label: string, control: HTMLInputElement): HTMLElement {
  return element('div', { class: 'check' }, control, element('label', { for: idOf(control) }, label));
}

export function choices(values: readonly string[]): HTMLOptionElement[] {
  return values.map((value) => element('option', { value }, value));
}

export function slider(name: string, min: number, max: number, by: number): HTMLInputElement {
  return element('input', { name, type: 'range', min, max, step: by });
}

export function button(text: string, label: string, onClick: () => void): HTMLButtonElement {
  // Words are their own name; signs have none.
  const name = /[a-z]/i.test(text) ? false : label;
  const made = element('button', { type: 'button', title: label, 'aria-label': name }, text);
  made.addEventListener('click', onClick);
  return made;
}

/** Changes the text only where it is another: screen readers and layout are left alone. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Writes a number, or none, into an input; what is being typed is left alone. */
export function filled(input: HTMLInputElement, value: number | null): void {
  const text = String(value ?? '');
  if (document.activeElement !== input && input.value !== text) input.value = text;
}
