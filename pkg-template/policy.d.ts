/**
 * The policy file, as a type; `index.d.ts` exports all of it.
 *
 * @packageDocumentation
 */

/**
 * The policy file: what a site does with people's data, and how it asks.
 *
 * It stands in `<script type="application/json" id="assent-policy">`, in `window.assentPolicy`, in the gate itself, or at
 * the address in the script's `data-policy`. `docs/policy.md` explains each member; `policy.schema.json` checks a file in
 * an editor.
 */
export interface Policy {
  /** For editors; the gate does not read it. */
  $schema?: string;
  /** The version of this format. */
  version: 1;
  /** Who decides why and how data is used, and how to reach them. */
  controller: { name: Text; contact: Text; privacyNotice: Text; address?: Text };
  /** What data is used for, in the order in which people are asked. 1 to 31. */
  purposes: ('functional' | 'analytics' | 'marketing' | Purpose)[];
  /** Who receives data. An id alone takes everything from the catalogue. At most 128. */
  vendors?: (string | Vendor)[];
  /** Third parties that the site cannot do without: never held, nobody is asked. */
  essential?: HostRule[];
  /** Further hosts that are the site's own. */
  firstParty?: HostRule[];
  /** A third party that is named nowhere passes with a report (the default), or is held. */
  unlisted?: 'report' | 'hold';
  /** Where the visitor is, if the page knows: `DE`, `US-CA`. Without it, people are asked first. */
  region?: string;
  /** Rules that the site sets itself, by region. */
  jurisdictions?: Record<string, Regime>;
  /** How long a choice holds, yes and no alike; 1 to 395, by default 182. */
  expiryDays?: number;
  /** Name of the cookie and of its copy in localStorage (by default `assent`), and the parent domain that shares it. */
  cookie?: { name?: string; domain?: string };
  /** After a withdrawal the page is loaded anew (the default) if a vendor already ran, or it stays. */
  onWithdraw?: 'reload' | 'stay';
  /**
   * What the code that made a held call sees: one that waits until it is released (the default), the error of a network that
   * does not answer, or an empty answer. After the latter two the call is not made later. Of `fetch`, `XMLHttpRequest`,
   * `sendBeacon`, `WebSocket`, `EventSource` and workers; `docs/policy.md` says what each of them is told.
   */
  heldFetch?: 'pending' | 'error' | 'empty';
  /**
   * Whether released scripts are called for the events of the page's loading that they came too late for, and what they
   * write with `document.write()` stands before them; by default not.
   */
  replay?: boolean;
  /** A grant through this interface needs a user event (the default), or may come from the owner's code. */
  apiGrants?: 'event' | 'any';
  /** Global Privacy Control refuses where the law says so (the default), or everywhere. */
  gpc?: 'jurisdiction' | 'refuse';
  /** Whether Google Consent Mode v2 is told; by default it is. */
  consentMode?: boolean;
  /** Settings of Google's tags, in Google's own words, sent right after the Consent Mode default. */
  gtag?: { ads_data_redaction?: boolean; url_passthrough?: boolean };
  /**
   * Services and platforms besides Google's that are told the choice in their own words; a service stands under `vendors`
   * as well. Until they have been told, they are held.
   */
  adapters?: Adapter[];
  /** Whether Do Not Track counts as Global Privacy Control does; by default it does not. */
  dnt?: boolean;
  /**
   * `page` (the default): the interceptors hold third parties. `csp`: the browser enforces it besides, by a
   * Content-Security-Policy that the gate adds; only listed hosts pass, and a grant loads the page anew.
   */
  enforce?: 'page' | 'csp';
  /**
   * Whether testers may ask by the page's address for a place, a language and a layer: `?assent_region=US-CA`,
   * `?assent_lang=de`, `?assent_show=preferences`. Nothing is granted then and nothing kept. Not for visitors.
   */
  testing?: boolean;
  /** Languages of the notice; the first is the fallback. By default `["en"]`. */
  languages?: string[];
  /** `auto` (the default) follows the page, then the browser; a tag fixes it. */
  language?: string;
  /** Where the notice stands and how it looks. Does not change what people are asked. */
  appearance?: {
    position?: 'bottom' | 'top' | 'center';
    button?: 'left' | 'right' | 'none';
    /** Whether a box stands in for held films and frames, with the ways to have them. Default `auto`. */
    placeholders?: 'auto' | 'none';
    theme?: 'auto' | 'light' | 'dark';
  };
  /** Texts of the locale file in other words, by language and key. */
  texts?: Record<string, Record<string, string>>;
  /**
   * The archive that records each choice as signed evidence: where it answers (a path of the page's own origin, or an
   * origin with `https` whose host stands under `firstParty`), and the site's name there. Without it, choices stay on the
   * device alone. Does not change what people are asked.
   */
  server?: { url: string; site: string };
  /**
   * Takes part in IAB Europe's Transparency and Consent Framework, version 2.3. Registering the CMP with IAB Europe is the
   * site's own affair: `cmpId` is the number it was given. `vendorList` is the path under which the site serves its copy
   * of the Global Vendor List; without it, the archive under `server` serves it. `cmpVersion` is the site's own count, by
   * default 1. `stacks` are numbers of the list: each is told on the first layer instead of what it stands for.
   */
  tcf?: { cmpId: number; vendorList?: string; cmpVersion?: number; publisherCountry?: string; stacks?: number[] };
  /** Signals by the Global Privacy Platform, version 1.1; `national` has one section for all states of the US. */
  gpp?: boolean | { us?: 'state' | 'national' };
  /** Signals by the US Privacy string, retired in 2024. */
  usp?: boolean;
  /**
   * Understand tags that were parked for another consent tool. An object: what that tool calls a purpose, and what it is
   * here (`{ "C0005": "marketing" }`); the usual names are known, so `{}` will often do. `necessary` lets a tag pass.
   */
  dialects?: Record<string, string>;
  /**
   * Take over a choice that was made in another consent tool, once, from a visitor without a choice here: the tools in
   * order, each with the days that it keeps a choice if it writes no date (`"klaro:120"`). Off without this. The choice and
   * its record say that it is an import. Whether an old answer may stand is the site's to know and to show.
   */
  import?: ImportedTool[];
  /** How customers hear from the site. Part of what people are asked; not shown by the notice yet. */
  channels?: ('email' | 'sms' | 'phone' | 'post')[];
}

/** A consent tool whose choices are understood, and for how many days it keeps them. */
export type ImportedTool = ConsentTool | `${ConsentTool}:${number}`;

/** The consent tools whose choices are understood; `tcf` is the TC string of any of them. */
export type ConsentTool =
  | 'onetrust' | 'cookiebot' | 'usercentrics' | 'didomi' | 'klaro' | 'cookieyes' | 'complianz' | 'vanilla-cookieconsent' | 'tcf';

/** A purpose. `functional`, `analytics` and `marketing` have texts in every locale file; others need name and description. */
export interface Purpose {
  /** 1 to 32 of `a-z`, `0-9`, `-` and `_`. */
  id: string;
  name?: Text;
  /** What is done, in plain words. */
  description?: Text;
  /** What the customer gets from it. */
  benefit?: Text;
  /** Which data it may use. */
  data?: string[];
  retentionDays?: number;
  /** By default `consent`. Advertising needs it. The last two are told, not asked. */
  legalBasis?: 'consent' | 'legitimate_interest' | 'contract' | 'legal_obligation';
  /** Consent Mode types that hang on it; the three standard purposes know theirs. */
  consentMode?: ConsentModeType[];
  /** Sale, sharing or targeted advertising, which a privacy signal refuses. By default `marketing` and all with an ad type. */
  sale?: boolean;
  /**
   * Whether it uses sensitive personal information beyond what a service needs. It waits for consent, also where the rest
   * may run until somebody says no; not in California, Utah and Iowa, whose laws let people opt out of it.
   */
  sensitive?: boolean;
  /** What it is in the Transparency and Consent Framework: ids of purposes, 1 to 11. */
  tcf?: number[];
  /** Special features of the framework that it uses: 1 precise location, 2 active scanning of the device. */
  specialFeatures?: number[];
}

/** A vendor. With an id of the catalogue, only what differs; otherwise name, hosts and purposes are needed. */
export interface Vendor {
  /** 1 to 32 of `a-z`, `0-9`, `-` and `_`. */
  id: string;
  name?: Text;
  description?: Text;
  /** Where it is called. */
  hosts?: HostRule[];
  /** Cookies that it sets under the site's name, with `*` for anything; deleted without a grant. */
  cookies?: string[];
  /** The same for keys in localStorage and sessionStorage. */
  storage?: string[];
  /** What it works for; all of them must be granted. */
  purposes?: string[];
  /** Where it is seated, ISO 3166-1. */
  country?: string;
  privacyNotice?: Text;
  retentionDays?: number;
  /** Its id in the Global Vendor List. */
  gvlId?: number;
  /** The contract on processing (GDPR article 28): dates as `2026-01-31`. */
  contract?: { signed?: string; reviewed?: string };
}

/** A text, or one per language; the first is the fallback. */
export type Text = string | Record<string, string>;

/** `host.example` with its subdomains, or one path of it, `host.example/path`. No scheme, port or wildcard. */
export type HostRule = string;

/** Who can be told the choice: ids of the catalogue, and two platforms. */
export type Adapter =
  | 'microsoft-ads'
  | 'clarity'
  | 'meta'
  | 'tiktok'
  | 'pinterest'
  | 'amazon-ads'
  | 'adobe-analytics'
  | 'matomo'
  | 'shopify'
  | 'wordpress';

/** A storage type of Google Consent Mode v2. */
export type ConsentModeType =
  | 'ad_storage'
  | 'ad_user_data'
  | 'ad_personalization'
  | 'analytics_storage'
  | 'functionality_storage'
  | 'personalization_storage'
  | 'security_storage';

/**
 * What must happen before anything that needs consent may run.
 *
 * - `opt_in`: the person agrees first. This is also the answer for an unknown region.
 * - `opt_out`: it may run until the person says no; a privacy signal may say it for them.
 * - `notice`: it may run; people are told.
 */
export type Regime = 'opt_in' | 'opt_out' | 'notice';
