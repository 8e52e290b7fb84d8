/** Shapes that several modules share. Not served: only type checkers read this file. */

export type Language = 'fr' | 'en';

/** A piece of an answer: text, or an element with its content. */
export type Node = string | { tag: string; children: Node[]; href?: string; start?: number };

export interface Answer {
  entry_id: string;
  question: string;
  answer_text: string;
  answer_nodes: Node[];
  theme: string;
  theme_label: string;
  provenance: {
    kind: 'verbatim' | 'reworded';
    source_title: string;
    source_url: string;
    /** YYYY-MM-DD */
    checked_on: string;
  };
}

export interface Suggestion {
  entry_id: string;
  question: string;
}

/** Reply to a question. */
export interface Reply {
  interaction_id: string;
  session_id: string;
  status: 'answered' | 'clarify' | 'no_answer';
  confidence: number;
  answers: Answer[];
  suggestions: Suggestion[];
  fallback: { message: string; contact: string } | null;
  small_talk?: 'greeting' | 'thanks' | 'identity' | 'farewell' | null;
}

/** What the server says about the FAQ. */
export interface Faq {
  title: string;
  contact: string;
  entry_count: number;
  examples: Suggestion[];
}

/** A verdict on an answer. */
export interface Vote {
  useful: boolean;
  reason: string | null;
  comment: string | null;
}

/** A question with its reply and what the reader made of it. */
export interface Turn {
  question: string;
  reply: Reply;
  /** Entry chosen after a clarification. */
  chosen: string | null;
  /** By entry. */
  votes: Record<string, Vote>;
}

export type TroubleKind =
  | 'empty'
  | 'offline'
  | 'online'
  | 'network'
  | 'timeout'
  | 'limited'
  | 'too_long'
  | 'refused'
  | 'unknown'
  | 'store'
  | 'server'
  | 'malformed'
  | 'cancelled';

/** What keeps the reader from going on. */
export interface Trouble {
  kind: TroubleKind;
  /** The question that did not get through; null: what the FAQ is could not be learnt. */
  question: string | null;
  /** When trying again makes sense, in ms since 1970. */
  retryAt: number;
}

export interface State {
  open: boolean;
  sessionId: string | null;
  turns: readonly Turn[];
  pending: { question: string; slow: boolean } | null;
  trouble: Trouble | null;
  /** What was cleared and may be brought back. */
  cleared: { sessionId: string | null; turns: readonly Turn[] } | null;
  draft: string;
  /** Index of the size of text. */
  size: number;
  faq: Faq | null;
}

export type Action =
  | { type: 'toggle'; open: boolean }
  | { type: 'draft'; draft: string }
  | { type: 'size'; by: number }
  | { type: 'faq'; faq: Faq | null }
  | { type: 'ask'; question: string }
  | { type: 'slow' }
  | { type: 'answer'; question: string; reply: Reply }
  | { type: 'fail'; trouble: Trouble }
  | { type: 'cancel' }
  | { type: 'settle' }
  | { type: 'online' }
  | { type: 'choose'; interactionId: string; entryId: string }
  | { type: 'vote'; interactionId: string; entryId: string; vote: Vote }
  | { type: 'clear' }
  | { type: 'undo' };

/** What the view asks of the element. */
export interface Actions {
  ask(question: string): void;
  cancel(): void;
  retry(): void;
  draft(text: string): void;
  suggest(text: string): Promise<Suggestion[]>;
  choose(turn: Turn, entryId: string): void;
  /** Resolves to a sentence when the vote could not be kept. */
  vote(
    turn: Turn,
    entryId: string,
    vote: Vote,
  ): Promise<{ message: string; retry: boolean } | null>;
  clear(): void;
  undo(): void;
  resize(by: number): void;
  close(): void;
}

/** What the attributes say. */
export interface Setting {
  endpoint: string;
  inline: boolean;
  language: Language;
  heading: string;
}
