// @ts-check
// Registers the element. Loaded twice, from one address or two, the first one stays.
import { FaqChatElement } from './faq-chat.js';

FaqChatElement.define();
