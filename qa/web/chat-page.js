/** The chat page: the conversation, its address, and the filters beside it. */
import { fromFragment, toFragment } from './address.js';
import { toClipboard } from './copying.js';
import { FilterPanel } from './filters.js';
import '/widget.js';

const find = (id) => document.getElementById(id);
const chat = document.querySelector('onrecord-chat');
const panel = new FilterPanel(find('filters'), {
  choices: (letters, signal) => chat.choices(letters, signal),
  onChoose: (filters) => (chat.filters = filters),
});

function showTools() {
  const isEmpty = chat.turns.length === 0;
  find('new').hidden = isEmpty;
  find('copy-link').hidden = isEmpty;
  panel.show(chat.filters);
  const set = Object.keys(chat.filters).length;
  find('open-filters').textContent = set ? `Filters (${set})` : 'Filters';
  document.title = isEmpty ? 'Ask – onrecord' : `${chat.turns.at(-1).question} – onrecord`;
}

function tell(words) {
  find('told').textContent = words;
  setTimeout(() => (find('told').textContent = ''), 4000);
}

/** Shows the conversation that the address holds. */
async function follow() {
  const { turns, filters } = fromFragment(location.hash);
  const shown = chat.show(turns, filters);
  await chat.ready;
  showTools();
  await shown;
}

chat.addEventListener('onrecord-change', (event) => {
  const fragment = toFragment(chat.turns, chat.filters);
  const address = `${location.pathname}${location.search}${fragment && `#${fragment}`}`;
  if (event.detail.wasAsked) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  showTools();
});
addEventListener('popstate', follow);

find('new').addEventListener('click', () => {
  history.pushState(null, '', location.pathname);
  follow();
  chat.focus();
});
find('copy-link').addEventListener('click', async () => {
  try {
    await toClipboard(location.href);
    tell('Link copied. It asks the same questions again.');
  } catch (error) {
    tell(error.message);
  }
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault(); // the part of the address after "#" holds the conversation
  chat.focus();
});
addEventListener('keydown', (event) => {
  const isWriting = event.composedPath().some((element) => element.matches?.('input, textarea, select, [contenteditable="true"]'));
  if (event.key !== '/' || isWriting || event.ctrlKey || event.metaKey || event.altKey || find('drawer').open) return;
  event.preventDefault();
  chat.focus();
});

// The filters stand beside the conversation where there is room, else in a drawer.
const isWide = matchMedia('(min-width: 64rem)');
const place = () => {
  find('drawer').close();
  if (isWide.matches) find('side').append(find('filters'));
  else find('drawer').prepend(find('filters'));
};
isWide.addEventListener('change', place);
place();
find('open-filters').addEventListener('click', () => find('drawer').showModal());
find('close-filters').addEventListener('click', () => find('drawer').close());
find('drawer').addEventListener('click', (event) => event.target === find('drawer') && find('drawer').close());

await follow();
await panel.load();
if (!location.hash && isWide.matches) chat.focus();
