/** Shapes that the modules share, known everywhere. Not served: only type checkers read this. */

type Language = 'fr' | 'en';
type Table = typeof import('./strings.js').TABLE;
type Strings = { [Name in keyof Table]: Table[Name][number] };

/** A piece of an answer: text, or an element with its content. */
type AnswerNode = string | { tag: string; children: AnswerNode[]; href?: string; start?: number };

interface Suggestion {
  entry_id: string;
  question: string;
}

interface Answer extends Suggestion {
  /** A line of the answer; what an older server sent lacks it. */
  excerpt?: string;
  /** Whether it is shown at once, as likely, though others are offered. */
  tentative?: boolean;
  /** What an older server sent lacks it, and the next. */
  kind?: 'entry' | 'glossary';
  /** Said to answer; the others are further candidates. */
  asserted?: boolean;
  answer_text: string;
  answer_nodes: AnswerNode[];
  theme: string;
  theme_label: string;
  provenance: {
    kind: 'verbatim' | 'reworded';
    /** What the kind is called, in French; what an older server sent lacks it. */
    label?: string;
    source_title: string;
    source_url: string;
    /** YYYY-MM-DD */
    checked_on: string;
  };
}

/** Reply to a question. */
interface Reply {
  interaction_id: string;
  session_id: string;
  status: 'answered' | 'clarify' | 'no_answer';
  confidence: number;
  answers: Answer[];
  suggestions: Suggestion[];
  fallback: { message: string; contact: string } | null;
  /** False while the server's database is down: then nothing can be voted on. */
  recorded?: boolean;
  /** As it was read; what an older server sent lacks it, and the next. */
  question?: string;
  /** Whether the question held a secret, which `question` lacks. */
  secret_removed?: boolean;
  /** Kinds of personal data that were not kept of it, in French. */
  masked?: string[];
  small_talk?: 'greeting' | 'thanks' | 'identity' | 'farewell' | 'acknowledged' | 'unclear' | null;
}

/** What the server says about the FAQ. */
interface Faq {
  title: string;
  /** Of its texts; an older server, whose FAQ is French, does not say. */
  language?: string;
  /** Who speaks; what an older server sent lacks it. */
  notice?: string | null;
  contact: string;
  /** How a person is reached; by mail with an older server, which does not say. */
  handoff?: 'mail' | 'form';
  entry_count: number;
  examples: Suggestion[];
}

/** A verdict on an answer. */
interface Vote {
  useful: boolean;
  reason: string | null;
  comment: string | null;
  /** Told by the server: whether the comment held a secret. */
  secret_removed?: boolean;
}

/** A question with its reply and what the reader made of it. */
interface Turn {
  question: string;
  reply: Reply;
  /** Entry chosen after a clarification. */
  chosen: string | null;
  /** By entry. */
  votes: Record<string, Vote>;
}

/** Why a call failed. */
interface Failure {
  /** The server's word for it, or network, offline, timeout, aborted, malformed, http. */
  type: string;
  /** Of HTTP; 0: no reply came. */
  status: number;
  /** Seconds after which it may be tried again. */
  wait: number;
}

/** What keeps the reader from going on: a failure, `question_empty` or `online` (again). */
interface Trouble extends Failure {
  /** The question that did not get through; null: what the FAQ is could not be learnt. */
  question: string | null;
  /** In ms since 1970. */
  since: number;
}

interface Handoff {
  id: string | null;
  text: string;
}

interface ChatState {
  open: boolean;
  sessionId: string | null;
  turns: readonly Turn[];
  pending: { question: string; slow?: boolean } | null;
  trouble: Trouble | null;
  /** What was cleared and may be brought back. */
  cleared: Pick<ChatState, 'turns' | 'sessionId' | 'handoff'> | null;
  draft: string;
  /** The message for the support while it is written, and the question it is about. */
  handoff: Handoff | 'sent' | null;
  /** Index of the size of text. */
  size: number;
  faq: Faq | null;
}

type ChatAction =
  | { type: 'set'; changes: Partial<Pick<ChatState, 'open' | 'draft' | 'faq' | 'handoff'>> }
  | { type: 'resize'; by: number }
  | { type: 'ask'; question: string }
  | { type: 'slow' }
  | { type: 'answer'; turn: Pick<Turn, 'question' | 'reply'> }
  /** No reply: for the reason given, or because the reader gave up. */
  | { type: 'fail'; trouble: Trouble | null }
  | { type: 'online' }
  | { type: 'choose'; id: string; entryId: string }
  | { type: 'vote'; id: string; entryId: string; vote: Vote }
  | { type: 'clear' }
  | { type: 'undo' };

interface Client {
  faq(): Promise<Faq>;
  ask(question: string, sessionId: string | null, signal: AbortSignal): Promise<Reply>;
  suggest(text: string, signal: AbortSignal): Promise<Suggestion[]>;
  vote(interactionId: string, entryId: string, vote: Vote): Promise<Vote>;
  choose(interactionId: string, entryId: string): Promise<unknown>;
  /** Without a text: that it is mailed. */
  handOver(interactionId: string | null, text?: string, replyTo?: string | null): Promise<unknown>;
}

/** What the view asks of the element. */
interface Actions {
  ask(question: string): unknown;
  cancel(): void;
  retry(): unknown;
  draft(text: string): void;
  suggest(text: string): Promise<Suggestion[]>;
  choose(turn: Turn, entryId: string): void;
  /** Resolves to the reason when the vote could not be kept. */
  vote(turn: Turn, entryId: string, vote: Vote): Promise<Failure | null>;
  /** Keeps the message in the form, which it opens; null closes it. */
  write(handoff: Handoff | null): void;
  /** Resolves to the reason when the message could not be sent. */
  post(handoff: Handoff, replyTo: string | null): Promise<Failure | null>;
  /** Tells that a mail was begun. */
  mailed(id: string | null): void;
  clear(): void;
  undo(): void;
  resize(by: number): void;
  toggle(): void;
  close(): void;
}

/** What the attributes say. */
interface Setting {
  endpoint: string;
  inline: boolean;
  language: Language;
  heading: string;
  /** Of the support, until the server names it. */
  contact: string;
}

/** What every piece of the view needs. */
interface Context {
  s: Strings;
  setting: Setting;
  actions: Actions;
  faq: Faq | null;
  /** The conversation as it stands now. */
  state(): ChatState;
  /** Language of the FAQ's own words. */
  readonly lang: string;
  /** Announces; what is in brackets are words of the FAQ. */
  say(...parts: (string | [string])[]): void;
  copy(text: string): Promise<boolean>;
}

interface View {
  /** Classes of theme, scheme and position; pixels below the launcher, NaN: as many as it takes. */
  style(look: string, offset: number): void;
  render(state: ChatState): void;
  /** Shows or hides the panel of the launcher. */
  place(open: boolean): void;
  focus(launcher?: boolean): void;
  hasFocus(): boolean;
  say: Context['say'];
  sayReply(turn: Pick<Turn, 'question' | 'reply'>, chosen?: string): void;
  /** Stops what runs by itself. */
  stop(): void;
}

interface Composer {
  element: HTMLElement;
  focus(): void;
  render(state: ChatState): void;
  stop(): void;
}

type Attributes = Record<
  string,
  string | number | boolean | null | undefined | ((event: any) => unknown)
>;
/** What an element is made with: what it holds, attributes and, for functions, listeners. */
type Child = Node | string | false | null | undefined | Child[];

// Types of functions, so that their code needs no comment on each parameter.

type MakeElement = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  /** Those that name a part make the element that part. */
  classes: string,
  ...content: (Child | Attributes)[]
) => HTMLElementTagNameMap[K];

type MakeButton = (
  content: Child,
  click: () => unknown,
  classes?: string,
  attributes?: Attributes,
) => HTMLButtonElement;

type Built = HTMLElement | string;
type RichText = (nodes: readonly AnswerNode[], newWindow: string) => Built[];
type Link = (href: unknown, children: Built[], newWindow: string) => Built[];

type OfTurn<R> = (turn: Turn, context: Context) => R;
type OfReply<R> = (reply: Reply, context: Context) => R;
type OfAnswer<R> = (answer: Answer, turn: Turn, context: Context) => R;

type MakeSupportLink = (context: Context, turn?: Turn, look?: string) => HTMLElement;
type MakeSupportForm = (context: Context, handoff: Handoff) => HTMLElement;

type MakeExamples = (
  list: Suggestion[],
  title: string,
  context: Context,
  level?: 'h3' | 'h4',
) => Child;

type Check = (data: any) => boolean;
type Send = (path: string, check: Check, body?: object, signal?: AbortSignal) => Promise<any>;
type MakeClient = (endpoint: string, themes?: readonly string[]) => Client;
type MakeComposer = (context: Context) => Composer;
type MakeView = (scope: ShadowRoot, s: Strings, setting: Setting, actions: Actions) => View;
