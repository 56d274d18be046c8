/**
 * Assent: a consent layer for web pages. This file is the reference of its JavaScript interface.
 *
 * The gate, `assent.js`, is a classic script and the first of the page.
 * It defines `window.assent`; importing this package gives the same object.
 * Where there is no gate (a server that renders, a page without the script), the import gives a stand-in that answers
 * as if the visitor had refused everything.
 *
 * Three rules hold for every member:
 *
 * - A **grant** needs the user event that asked for it. A refusal or a withdrawal never does.
 * - Nothing is thrown. What was not taken returns `false`, and the console says why.
 * - Until the policy has arrived, and for ever if it is faulty, nothing is allowed and nothing is taken.
 *
 * @packageDocumentation
 */

import type { Explanation, Held, HeldFacts, Report } from './explain.js';
import type { Policy, Regime } from './policy.js';
import type { RecordEvent, Records } from './records.js';

/**
 * The page's consent layer.
 *
 * @example
 * ```ts
 * import assent from 'assent-sdk';
 *
 * assent.when('analytics').then(() => startMetrics());
 * button.addEventListener('click', (event) => assent.acceptAll(event));
 * ```
 */
export interface Assent {
  /** The version of the gate; empty for the stand-in. */
  readonly version: string;

  /**
   * The choice as it stands, or `null` until the policy has arrived.
   * Each reading gives a new object; changing it changes nothing.
   */
  readonly choice: Choice | null;

  /**
   * Whether a purpose or vendor may work now.
   *
   * A vendor may if all its purposes are granted and it was not refused itself.
   * `necessary` always may once the policy is there. A name that the policy does not list never may.
   * It says what is granted, not what somebody answered: where the law lets things run until the person objects, it is
   * `true` without a choice.
   */
  allows(purposeOrVendor: string): boolean;

  /**
   * Resolves as soon as a purpose or vendor may work: at once, or after a later choice.
   *
   * It never rejects, and it stays pending for a name that the policy does not list.
   * It resolves once. To hear of a withdrawal, listen to `change`.
   */
  when(purposeOrVendor: string): Promise<void>;

  /**
   * Calls a function at each event of a kind. Returns a function that ends it.
   *
   * The same events reach `window` as `CustomEvent`s named `assent:ready`, `assent:change` and so on.
   * A listener to `ready` that comes late is called all the same.
   * An error that a listener throws becomes an error of the page; the other listeners are still called.
   */
  on<K extends keyof AssentEvents>(event: K, listener: (detail: AssentEvents[K]) => void): () => void;

  /**
   * Shows the banner or, by default, the preferences.
   *
   * Loads the notice if it is not there yet, and resolves when it is shown. Does nothing without a policy.
   * In markup, `data-assent-open="preferences"` on any element, or a link to `#assent-preferences`, does the same.
   */
  show(layer?: 'banner' | 'preferences'): Promise<void>;

  /**
   * Hides what is shown, without an answer. The small button that leads back stays where the policy wants it.
   *
   * A banner that was hidden comes back on the next page, since the question is still open.
   */
  hide(): Promise<void>;

  /**
   * Grants everything that is asked.
   *
   * @param event The user event that asked for it: see {@link UserEvent}. Without it the call is refused, unless the
   * policy says `"apiGrants": "any"`; the choice then says `how: "api"`.
   * @returns Whether it was taken.
   */
  acceptAll(event?: UserEvent): boolean;

  /**
   * Refuses everything that is asked. Where something was granted before, this is a withdrawal.
   *
   * @returns Whether it was taken; `false` only without a policy.
   */
  rejectAll(): boolean;

  /**
   * Answers purpose by purpose and, under `vendors`, vendor by vendor. What is not named stays as it is.
   *
   * Needs a user event if it grants anything that is not granted now; see {@link Assent.acceptAll}.
   * Without one, a choice that takes only part of the grants away keeps its date: a script must not make the rest last
   * longer. Refused as a whole if it names anything that the policy does not list, or a purpose that nobody is asked
   * about because it rests on a contract or a legal obligation.
   *
   * @example
   * ```ts
   * form.addEventListener('submit', (event) => {
   *   assent.set({ analytics: true, marketing: false, vendors: { 'google-analytics': false } }, event);
   * });
   * ```
   * @returns Whether it was taken.
   */
  set(choices: Answers, event?: UserEvent): boolean;

  /**
   * Takes back every grant. Needs no event.
   *
   * Cookies and storage of the vendors are deleted first. If one of them already ran on this page, the page is then
   * loaded anew, because code that runs can be stopped in no other way; see `onWithdraw` in {@link Policy}.
   *
   * @returns Whether it was taken; `false` only without a policy.
   */
  withdraw(): boolean;

  /**
   * Says whether an address passes, and why. Has no effect. Relative addresses are those of the page.
   *
   * Of an element, the address that it waits for or has; of one that was parked in markup and has none, whether its
   * `data-assent` is granted (`rule` is then `tagged`, `purpose` what the attribute says).
   * `held` tells of the last time that this address was held on this page, if it was.
   */
  explain(url: string | Element): Explanation & { held?: HeldFacts };

  /**
   * Everything that was held on this page, by host, with the reasons as sentences in English: for the people who build the
   * page, and for those who wonder why their tag did not fire. Loads what it takes for that.
   *
   * The last 500 held things are remembered. `undefined` without a policy, and where it could not be loaded.
   */
  report(): Promise<Report | undefined>;

  /**
   * Sets the language of the notice (a BCP 47 tag), in place of the page's.
   *
   * The policy must list it under `languages`, and its `language` must be `"auto"`. A notice that is open is drawn anew.
   */
  setLanguage(tag: string): void;

  /**
   * Forgets the choice, as if it had never been made, and asks again where the law asks first.
   *
   * Needs a user event where forgetting grants something: where things run until the person objects, to forget an
   * objection is a grant. `apiGrants` makes no exception from that.
   *
   * @returns Whether it was taken.
   */
  reset(event?: UserEvent): boolean;

  /**
   * The person's records: what the archive holds of their choices, with its proofs. Loads what it takes for that.
   *
   * `undefined` where the policy names no archive, and where it could not be loaded. It never rejects, and nor does any
   * member of what it resolves to.
   * What it tells is the person's; a script that reads it sees what it could read from storage as well.
   */
  records(): Promise<Records | undefined>;

  /**
   * Makes calls written as lists: the name of a member, then its arguments.
   *
   * It is there so that a page can speak before the gate has loaded:
   *
   * ```js
   * (window.assent ||= []).push(['on', 'change', (choice) => console.log(choice.status)]);
   * ```
   *
   * The gate makes the calls in the array when it starts. With `data-policy` that is before the policy has arrived, so
   * queue listeners, not answers.
   */
  push(...calls: AssentCall[]): void;
}

/** The same object as `window.assent`. */
export declare const assent: Assent;
export default assent;

/**
 * An event by which a person says what they want. Hand over the event that your listener was given.
 *
 * It counts if the browser made it for a real action (`isTrusted`), if it is a `click`, `submit`, `change`, `input`,
 * `pointerup`, `mouseup`, `touchend`, `keydown` or `keyup`, and if it is younger than five seconds.
 */
export type UserEvent = Event;

/**
 * Purposes by their ids. Vendors stand under the key `vendors`, so a purpose of that name cannot be answered here.
 */
export interface Answers {
  vendors?: Record<string, boolean>;
  [purpose: string]: boolean | Record<string, boolean> | undefined;
}

/** The state of the choice, and what follows from it. */
export interface Choice {
  /** What the person has said; see {@link Status}. */
  status: Status;
  /** Whether each purpose of the policy may work now. */
  purposes: Record<string, boolean>;
  /** Whether each vendor of the policy may work now. */
  vendors: Record<string, boolean>;
  /** When the choice was made, in seconds since 1970; 0 without a choice. */
  time: number;
  /** When it ends, in seconds since 1970; 0 without a choice. */
  expires: number;
  /** What the law of the region wants; see {@link Regime}. */
  regime: Regime;
  /** Where the person is, as the policy says it: an ISO 3166 code, or empty. */
  region: string;
  /** Whether Global Privacy Control is sent and counts here. */
  gpc: boolean;
  /** Whether Do Not Track is sent and counts here, which takes `"dnt": true` in the policy. */
  dnt: boolean;
  /**
   * What counts where such a signal and the choice disagree; empty if they do not.
   *
   * - `choice`: the person was told of the signal and granted more than it does, which the law of the region lets them.
   * - `law`: the law honours the signal and is not known to let any choice count against it. What it refuses stays
   *   refused, whatever is chosen.
   */
  prevails: 'choice' | 'law' | '';
  /** How the choice was made; empty without a choice. See {@link How}. */
  how: How | '';
}

/**
 * The consent status, in words of the W3C Data Privacy Vocabulary.
 *
 * - `unknown`: nobody has answered.
 * - `given`: everything that is asked is granted.
 * - `partial`: some of it is.
 * - `refused`: nothing is, and nothing was granted by the answer before.
 * - `withdrawn`: nothing is any more.
 * - `expired`: there was an answer; it has lasted as long as the policy lets it.
 * - `invalidated`: there was an answer, to another question: purposes, vendors, controller or channels have changed.
 */
export type Status = 'unknown' | 'given' | 'partial' | 'refused' | 'withdrawn' | 'expired' | 'invalidated';

/**
 * How a choice was made.
 *
 * - `banner`, `preferences`: a button of the notice.
 * - `event`: this interface, with a user event.
 * - `api`: this interface, without one: a refusal, or a grant under `"apiGrants": "any"`.
 * - `withdrawal`: any way of taking back what was granted.
 * - `import`: taken over from another consent tool, by the policy's `import`. Its `time` is that of the answer there.
 */
export type How = 'banner' | 'preferences' | 'event' | 'api' | 'withdrawal' | 'import';

/** The notice shows another layer. */
export interface NoticeShown {
  /** `button` is the small button that leads back to the preferences; empty means that nothing is shown. */
  layer: 'banner' | 'preferences' | 'button' | '';
}

/** A tag of another consent tool that was not understood. */
export interface ForeignTag {
  /** Its words that the policy has nothing for; empty if it does not say what it is for. */
  names: string[];
  /** The tag; none if it is a job of tarteaucitron's. */
  element: Element | null;
}

/** The events by their names, with what a listener is given. */
export interface AssentEvents {
  /** The policy is in force and a stored choice has been read. Once per page; never with a faulty policy. */
  ready: Choice;
  /**
   * A person, or code in their place, answered in this tab, also if that changed nothing.
   * Comes before `change`. Does not come if the answer loads the page anew.
   */
  choice: Choice;
  /**
   * What is granted has changed: by an answer, in another tab, by expiry or by a reset. What was held for it has been
   * looked at again. Does not come if the change loads the page anew.
   */
  change: Choice;
  /**
   * A request or an element was held. Comes after the call that was held has returned.
   * Markup that is parked with `data-assent` is not told of. Nor is what is held while there is no policy.
   */
  held: Held;
  /** The notice shows another layer. */
  notice: NoticeShown;
  /** Something happened to a record. Only with an archive. */
  record: RecordEvent;
  /** A tag that was parked for another consent tool stays parked, because nothing is known of its words. Only with `dialects`. */
  foreign: ForeignTag;
  /**
   * What the gate has to say to those who build the page; it stands on the console, too. Much of it comes before a page
   * could listen: register through the queue, before the script.
   */
  problem: { message: string };
}

/** A call as a list, for {@link Assent.push}. */
export type AssentCall =
  | { [K in keyof AssentEvents]: ['on', K, (detail: AssentEvents[K]) => void] }[keyof AssentEvents]
  | { [K in QueuedMember]: [K, ...Parameters<Assent[K]>] }[QueuedMember];

type QueuedMember = 'show' | 'hide' | 'rejectAll' | 'set' | 'withdraw' | 'setLanguage';

/**
 * What tag managers find in `window.dataLayer`: `assent_ready` once, `assent_change` at each change of grants.
 *
 * Consent Mode commands stand there too, unless the policy says `"consentMode": false`: `default` before anything
 * else, already with a stored choice, then `update`.
 */
export interface AssentDataLayerEvent {
  event: 'assent_ready' | 'assent_change';
  /** The purposes as in {@link Choice}. */
  assent: Record<string, boolean>;
}

export * from './explain.js';
export * from './policy.js';
export * from './records.js';

declare global {
  interface Window {
    /** Before the gate has loaded, a page may put an array of calls here; see {@link Assent.push}. */
    get assent(): Assent;
    set assent(queue: Assent | AssentCall[]);
    /** The policy, if the page sets it by script before the gate. */
    assentPolicy?: Policy;
  }

  interface WindowEventMap {
    'assent:ready': CustomEvent<AssentEvents['ready']>;
    'assent:choice': CustomEvent<AssentEvents['choice']>;
    'assent:change': CustomEvent<AssentEvents['change']>;
    'assent:held': CustomEvent<AssentEvents['held']>;
    'assent:problem': CustomEvent<AssentEvents['problem']>;
    'assent:notice': CustomEvent<AssentEvents['notice']>;
    'assent:foreign': CustomEvent<AssentEvents['foreign']>;
    'assent:record': CustomEvent<AssentEvents['record']>;
  }
}
