/** The page for frames on other sites: the chat alone. /embed?speaker=Miller begins with filters; nothing else is read. */
import { FILTERS } from './conversation.js';

const given = new URLSearchParams(location.search);
const chat = document.querySelector('onrecord-chat');
for (const name of FILTERS) if (given.get(name)) chat.setAttribute(name, given.get(name));
await import('/widget.js');
