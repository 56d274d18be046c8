//! Elements, the only way the painter makes them.
//!
//! What this is: a cursor in the tree that is being drawn. Text is set as text and attributes by name, never as
//! markup, so no word of a policy or locale can become code, and a page that requires Trusted Types has nothing to
//! object to.

use assent_core::scan::cut;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    // What of the DOM is needed, without web-sys's handling of exceptions and nulls. The names that are created and set
    // are fixed and valid, so there are none; handling them costs 0.6 KB of a module whose budget is 16.
    pub type Element;

    #[wasm_bindgen(method, getter, js_name = ownerDocument)]
    fn document(this: &Element) -> Document;
    #[wasm_bindgen(method, getter, js_name = parentNode)]
    fn parent(this: &Element) -> Element;
    #[wasm_bindgen(method, setter, js_name = textContent)]
    fn set_text(this: &Element, text: &str);
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub fn set(this: &Element, name: &str, value: &str);
    #[wasm_bindgen(method)]
    fn append(this: &Element, child: &Element);
    #[wasm_bindgen(method, js_name = showModal)]
    pub fn show_modal(this: &Element);

    type Document;

    #[wasm_bindgen(method, js_name = createElement)]
    fn create(this: &Document, tag: &str) -> Element;
    #[wasm_bindgen(method, js_name = createElementNS)]
    fn create_in(this: &Document, namespace: &str, tag: &str) -> Element;
}

/// Draws at one place of a stage at a time.
pub struct Pen {
    at: Element,
}

impl Pen {
    /// A pen in the stage, emptied.
    pub fn on(stage: Element) -> Pen {
        stage.set_text("");
        Pen { at: stage }
    }

    /// Puts a new element at the end of the current one and goes into it. `kind` is its tag, and its parts after a space.
    pub fn open(&mut self, kind: &str) {
        let (tag, part) = cut(kind, b' ');
        self.enter(self.at.document().create(tag));
        if let Some(part) = part {
            self.set("part", part);
        }
    }

    /// The same with an element of SVG, which has no parts.
    pub fn open_drawing(&mut self, tag: &str) {
        self.enter(self.at.document().create_in("http://www.w3.org/2000/svg", tag));
    }

    fn enter(&mut self, element: Element) {
        self.at.append(&element);
        self.at = element;
    }

    /// Sets an attribute of the current element.
    pub fn set(&self, name: &str, value: &str) {
        self.at.set(name, value);
    }

    /// Sets the text of the current element.
    pub fn set_text(&self, text: &str) {
        self.at.set_text(text);
    }

    /// Puts an element with nothing in it but a text.
    pub fn text(&mut self, kind: &str, text: &str) {
        self.open(kind);
        self.at.set_text(text);
        self.close();
    }

    /// Goes back to the element around the current one.
    pub fn close(&mut self) {
        self.at = self.at.parent();
    }

    /// Puts a button that does `action` when pressed. One with an icon for a face is told its name apart.
    pub fn button(&mut self, kind: &str, action: &str, text: &str, name: &str) {
        self.open_button(kind, action, text, name);
        self.close();
    }

    /// The same, and goes into it.
    pub fn open_button(&mut self, kind: &str, action: &str, text: &str, name: &str) {
        self.open(kind);
        self.set("type", "button");
        self.set("data-action", action);
        if !name.is_empty() {
            self.set("aria-label", name);
        }
        self.at.set_text(text);
    }

    /// Puts a link, if there is an address for it. It opens beside the page, so that nobody loses their place or their
    /// switches, and a third party does not learn where they came from.
    pub fn link(&mut self, address: &str, text: &str) {
        if !address.is_empty() {
            self.open("a link");
            self.set("href", address);
            self.set("target", "_blank");
            self.set("rel", "noopener noreferrer");
            self.at.set_text(text);
            self.close();
        }
    }

    /// The current element.
    pub fn at(&self) -> &Element {
        &self.at
    }
}
