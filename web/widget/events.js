// @ts-check
/** What the host page can hear. Comments and answers stay inside. */

/**
 * @template D
 * @extends {CustomEvent<D>}
 */
class FaqEvent extends CustomEvent {
  /** @param {string} type @param {D} detail */
  constructor(type, detail) {
    super(type, { detail, bubbles: true, composed: true });
  }
}

/** @typedef {{interactionId: string, question: string, status: string, entryIds: string[]}} Answered */
/** @extends {FaqEvent<Answered>} */
export class FaqAnswerEvent extends FaqEvent {
  /** @param {Answered} detail */
  constructor(detail) {
    super('faq-answer', detail);
  }
}

/** @typedef {{interactionId: string, entryId: string, useful: boolean, reason: string | null}} Voted */
/** @extends {FaqEvent<Voted>} */
export class FaqFeedbackEvent extends FaqEvent {
  /** @param {Voted} detail */
  constructor(detail) {
    super('faq-feedback', detail);
  }
}

/** @typedef {{type: string, status: number, action: string}} Failed */
/** @extends {FaqEvent<Failed>} */
export class FaqErrorEvent extends FaqEvent {
  /** @param {Failed} detail */
  constructor(detail) {
    super('faq-error', detail);
  }
}

/** @extends {FaqEvent<{open: boolean}>} */
export class FaqToggleEvent extends FaqEvent {
  /** @param {{open: boolean}} detail */
  constructor(detail) {
    super('faq-toggle', detail);
  }
}
