/**
 * `<onrecord-chat>` for any page: <script type="module" src="https://HOST/widget.js"></script><onrecord-chat></onrecord-chat>
 *
 * Only defines the element. What it is stands in onrecord-chat.js, which this file reaches from where it is served: /widget.js.
 */
import { OnrecordChat } from './web/onrecord-chat.js';

if (!customElements.get('onrecord-chat')) customElements.define('onrecord-chat', OnrecordChat);
