// The ways out of style sheets and animations. What a style attribute says is seen by an observer.

import { putCss, soften } from './hold.js';

const { apply: call, construct } = Reflect;

/** Puts a text into a style element by its setter. What the page has written there since stays. */
export function styleText(native, self, [text]) {
  let now;
  putCss(String(text), (css) => (now === undefined || self.textContent == now) && call(native, self, [(now = css)]));
}

/** Stands in front of whatever makes rules, by a window's `wrap`. */
export function styles(wrap) {
  // A rule that is released comes right behind what was left of it.
  wrap('CSSStyleSheet CSSGroupingRule', 'replace replaceSync insertRule', (native, self, args) => {
    let result;
    putCss(String(args[0]), (css) => (result = call(native, self, [css, result + 1 || args[1] || 0])));
    return result;
  });

  // The declaration of a rule: pictures load with the next layout, which is later than this.
  wrap('CSSStyleRule CSSFontFaceRule CSSKeyframeRule', 'style', null, 'apply', (native, self, args) => {
    const style = call(native, self, args);
    queueMicrotask(() => soften(style));
    return style;
  });
  const keyframes = (at, make) => (native, self, args) => {
    const blank = (_, value) => {
      if (typeof value == 'string') putCss(value, (css) => (value = css));
      return value;
    };
    if (/\/\//.test(JSON.stringify(args[at]))) args[at] = JSON.parse(JSON.stringify(args[at], blank));
    return make(native, self, args);
  };
  wrap('Element KeyframeEffect', 'animate setKeyframes', keyframes(0, call));
  wrap('', 'KeyframeEffect', (native, args, target) => keyframes(1, () => construct(native, args, target))(native, 0, args), 'construct');
}
