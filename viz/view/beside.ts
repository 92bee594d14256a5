/**
 * A second run beside the first: another picture under the same controls. Linked, the two share the camera and the
 * frame, and a drag in either moves both; apart, the second keeps its own. An atom picked in either is picked in both,
 * and the captions tell what is measured in each.
 */
import type { FileEvents, ViewerFile } from '../files/index.js';
import {
  atomName,
  type Camera,
  dragged,
  goTo,
  measure,
  type OwnWay,
  pan,
  pick,
  type Run,
  type Session,
  sameSlice,
  sameView,
  shownFrame,
  toldFrame,
  zoom,
} from '../state/index.js';
import { measurementText } from './atom-entries.js';
import { type AtomNote, atomNote } from './atom-note.js';
import { check, checkField, element, field, setText, slider } from './elements.js';
import { shortNames } from './files.js';
import type { MakePart } from './part.js';
import { listenToPointers } from './pointer.js';
import { Picture, themes } from './scene.js';
import { workshopOf } from './shared-workshop.js';

interface Second {
  readonly file: ViewerFile;
  readonly run: Run;
  readonly picture: Picture;
  readonly place: HTMLElement;
  readonly caption: HTMLElement;
  readonly note: AtomNote;
  close(): void;
}

export const besidePart: MakePart = (host) => {
  const select = element('select', { name: 'beside' });
  const linked = check('Linked', 'beside-linked', () => link());
  const frame = slider('beside-frame', 0, 0, 1);
  const frameField = field('Frame of the second', frame);
  const caption = element('p', { class: 'caption', hidden: true });
  const details = element('div', { hidden: true }, checkField('Camera and frame linked', linked), frameField);
  linked.setAttribute('aria-label', 'Camera and frame linked');
  linked.checked = true;
  host.stage.append(caption);
  let second: Second | null = null;
  /** The file that is beside, or on its way there. */
  let wanted: ViewerFile | null = null;
  let opening = 0;
  let listed = '';

  select.addEventListener('change', () => {
    const file = select.value === '' ? undefined : host.files[Number(select.value)];
    host.setBeside(file === undefined ? null : { file, own: linked.checked ? null : ownWay() });
  });
  frame.addEventListener('input', () => {
    change((session, run) => goTo(session, run, Number(frame.value)));
  });

  async function choose(file: ViewerFile | null): Promise<void> {
    const asked = ++opening;
    wanted = file;
    second?.close();
    second = null;
    if (file !== null) {
      try {
        const run = await file.open(events(file));
        if (asked !== opening) {
          if (!workshopOf(host).owns(run)) run.close();
          return;
        }
        second = mount(file, run);
      } catch (error) {
        host.setBeside(null);
        host.showError(error instanceof Error ? error.message : String(error));
      }
    }
    // The picture has another shape now.
    host.root.toggleAttribute('data-beside', second !== null);
    host.redraw();
  }

  const events = (file: ViewerFile): FileEvents => ({
    notice: host.showError,
    error: (error) => host.showError(error instanceof Error ? error.message : String(error)),
    replaced: () => void choose(file),
  });

  function mount(file: ViewerFile, run: Run): Second {
    const canvas = element('canvas', {
      tabindex: 0,
      role: 'img',
      'aria-label': `Atoms of ${file.name}. While linked, the keys of the first picture move both.`,
    });
    const caption = element('p', { class: 'caption' });
    const place = element('div', { class: 'stage second' }, canvas, caption);
    host.stage.after(place);
    const picture = new Picture(canvas, {
      onRest: host.redraw,
      onFault: host.showError,
      onBack: host.redraw,
    });
    picture.setRun(run);
    const note = atomNote({
      stage: place,
      canvas,
      picture,
      run,
      get session() {
        return host.session === null ? null : besideSession(host.session, run);
      },
    });
    place.append(note.element);
    const listening = new AbortController();
    listenToPointers(
      canvas,
      {
        turn: (right, up) => look((camera) => dragged(camera, run.first.dimension, right, up)),
        move: (right, up) => look((camera) => pan(camera, right, up)),
        zoom: (factor, x, y) => look((camera) => zoom(camera, factor, x, y)),
        click({ x, y, shift }) {
          const atom = picture.atomAt(x / canvas.clientWidth, y / canvas.clientHeight);
          host.update((session) => {
            if (atom === null) return pick(session, null, shift);
            const frame = toldFrame(besideSession(session, run), run);
            return pick(session, atomName(frame, atom), shift);
          });
        },
        hover: note.hover,
        hold: note.hold,
      },
      listening.signal,
    );
    const resizing = new ResizeObserver(host.redraw);
    resizing.observe(place);
    const stopWatching = run.onChange(host.redraw);
    return {
      file,
      run,
      picture,
      place,
      caption,
      note,
      close() {
        listening.abort();
        resizing.disconnect();
        stopWatching();
        note.close();
        picture.dispose();
        place.remove();
        if (!workshopOf(host).owns(run)) run.close();
      },
    };
  }

  function link(): void {
    if (host.beside !== null) host.setBeside({ ...host.beside, own: linked.checked ? null : ownWay() });
  }

  /** It goes on from what it shows. */
  function ownWay(): OwnWay | null {
    const { session } = host;
    if (session === null) return null;
    const { camera, time } = second === null ? session : besideSession(session, second.run);
    return { camera, time };
  }

  /** How things look is one for both; where the camera and the film stand may not be. */
  function besideSession(session: Session, run: Run): Session {
    if (host.run === null) return session;
    const { first } = host.run;
    const slice = session.slice && sameSlice(session.slice, run.first, first);
    const own = host.beside?.own ?? { camera: sameView(session.camera, run.first, first) };
    return { ...session, slice, ...own };
  }

  /** Of the second alone where it goes its own way. */
  function change(next: (session: Session, run: Run) => Session): void {
    const { beside, session } = host;
    if (second === null || beside === null || session === null) return;
    if (beside.own === null) host.update(next);
    else {
      const { camera, time } = next(besideSession(session, second.run), second.run);
      host.setBeside({ ...beside, own: { camera, time } });
    }
  }

  function look(next: (camera: Camera) => Camera): void {
    change((session) => ({ ...session, camera: next(session.camera) }));
  }

  function offer(): void {
    const names = host.files.map(({ name }) => name);
    const now = JSON.stringify(names);
    if (now !== listed) {
      listed = now;
      select.replaceChildren(
        element('option', { value: '' }, 'nothing'),
        ...shortNames(names).map((name, k) => element('option', { value: k }, name)),
      );
    }
    select.value = host.beside === null ? '' : String(host.files.indexOf(host.beside.file));
  }

  return {
    place: 'side',
    title: 'Side by side',
    folded: true,
    element: element('div', {}, field('Second picture', select), details),
    show(session, run) {
      offer();
      const asked = host.beside?.file ?? null;
      if (asked !== wanted) void choose(asked);
      linked.checked = second === null ? linked.checked : host.beside?.own == null;
      details.hidden = second === null;
      caption.hidden = second === null;
      if (second === null) return;
      const { place, picture } = second;
      const shown = besideSession(session, second.run);
      setText(caption, told(run, session));
      setText(second.caption, told(second.run, shown));
      frameField.hidden = linked.checked || second.run.length < 2;
      frame.max = String(second.run.length - 1);
      frame.value = String(shownFrame(shown, second.run));
      picture.setTheme(themes[host.theme]);
      picture.setSize(place.clientWidth, Math.max(1, place.clientHeight), devicePixelRatio);
      picture.draw(shown, shown.camera, place.clientWidth / Math.max(1, place.clientHeight));
      second.note.show();
    },
    secondRun: () => second?.run ?? null,
    close() {
      // What is on its way then is not mounted any more.
      opening++;
      second?.close();
    },
  };
};

/** A run's name, and what is measured between the picked atoms of its frame. */
function told(run: Run, session: Session): string {
  const [name] = shortNames([run.name]);
  const found = measure(toldFrame(session, run), session.picked);
  return found === null ? name : `${name} · ${measurementText(found)}`;
}
