//! Members of JSON objects that must be exactly what they should be.
//!
//! What this is: typed access to what [`super::reader`] read, with unknown members and wrong types refused. The first
//! fault is told with its path.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::fault::{Fault, What, shown};
use super::forms::{concat, in_order};
use super::reader::Value;
use crate::rules::check::{self, Kind};

/// The members of one object, of which none is unknown.
pub(super) struct Members<'v> {
    members: &'v [(Cow<'v, str>, Value<'v>)],
    path: String,
}

impl<'v> Members<'v> {
    /// The members of `value`, all of which are among the `known`.
    pub(super) fn of(value: &'v Value<'v>, path: &str, known: &[&[&str]]) -> Result<Members<'v>, Fault> {
        let Value::Map(members) = value else {
            return Err(Fault { path: path.into(), what: What::WrongType });
        };
        let this = Members { members, path: path.into() };
        let is_known = |name: &str| known.iter().any(|names| names.contains(&name));
        match members.iter().find(|(name, _)| !is_known(name)) {
            Some((name, _)) => Err(this.fault(name, What::Unknown)),
            None => Ok(this),
        }
    }

    /// The members of an object, whatever they are.
    pub(super) fn of_any(value: &'v Value<'v>) -> Result<Members<'v>, Fault> {
        match value {
            Value::Map(members) => Ok(Members { members, path: String::new() }),
            _ => Err(Fault::whole(What::WrongType)),
        }
    }

    /// The fault of a member.
    #[inline(never)]
    pub(super) fn fault(&self, name: &str, what: What) -> Fault {
        Fault { path: join(&self.path, name), what }
    }

    /// A member that may be missing.
    pub(super) fn find(&self, name: &str) -> Option<&'v Value<'v>> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A member that must be there.
    #[inline(never)]
    pub(super) fn need(&self, name: &str) -> Result<&'v Value<'v>, Fault> {
        self.find(name).ok_or_else(|| self.fault(name, What::Missing))
    }

    /// The members of a member that may be missing.
    pub(super) fn members(&self, name: &str, known: &[&str]) -> Result<Members<'v>, Fault> {
        let path = join(&self.path, name);
        match self.find(name) {
            Some(value) => Members::of(value, &path, &[known]),
            None => Ok(Members { members: &[], path }),
        }
    }

    /// A text that must be there, in a form that `read` knows.
    pub(super) fn text<T>(&self, name: &str, read: impl FnOnce(&'v str) -> Option<T>) -> Result<T, Fault> {
        read(self.any_text(name)?).ok_or_else(|| self.fault(name, What::BadForm))
    }

    /// What all readers of texts have in common, once and not once in each.
    #[inline(never)]
    fn any_text(&self, name: &str) -> Result<&'v str, Fault> {
        self.need(name)?.str().ok_or_else(|| self.fault(name, What::WrongType))
    }

    /// A text that may be missing.
    pub(super) fn maybe<T>(
        &self,
        name: &str,
        read: impl FnOnce(&'v str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        self.find(name).map(|_| self.text(name, read)).transpose()
    }

    /// A text that must be there, kept as it is if it has that form.
    #[inline(never)]
    pub(super) fn owned(&self, name: &str, form: fn(&str) -> Option<&str>) -> Result<String, Fault> {
        self.text(name, |text| form(text).map(Into::into))
    }

    /// The same for one that may be missing.
    #[inline(never)]
    pub(super) fn maybe_owned(
        &self,
        name: &str,
        form: fn(&str) -> Option<&str>,
    ) -> Result<Option<String>, Fault> {
        self.find(name).map(|_| self.owned(name, form)).transpose()
    }

    /// A whole number between 0 and `most` that must be there.
    #[inline(never)]
    pub(super) fn number(&self, name: &str, most: u64) -> Result<u64, Fault> {
        let number = self.need(name)?.int().ok_or_else(|| self.fault(name, What::WrongType))?;
        let number = u64::try_from(number).ok().filter(|number| *number <= most);
        number.ok_or_else(|| self.fault(name, What::OutOfRange))
    }

    /// A whole number that may be missing.
    pub(super) fn maybe_number(&self, name: &str, most: u64) -> Result<Option<u64>, Fault> {
        self.find(name).map(|_| self.number(name, most)).transpose()
    }

    /// Yes or no, which may be missing.
    pub(super) fn maybe_bool(&self, name: &str) -> Result<Option<bool>, Fault> {
        let read = |value: &Value<'_>| value.bool().ok_or_else(|| self.fault(name, What::WrongType));
        self.find(name).map(read).transpose()
    }

    /// A map that may be missing, of at most `most` entries with names that `named` knows. They come out in the order of
    /// their names.
    pub(super) fn entries<T: Default>(
        &self,
        name: &str,
        most: usize,
        named: impl Fn(&str) -> bool,
        read: impl Fn(&'v Value<'v>) -> Result<T, What>,
    ) -> Result<Vec<(String, T)>, Fault> {
        let Some(value) = self.find(name) else { return Ok(Vec::new()) };
        let Value::Map(members) = value else { return Err(self.fault(name, What::WrongType)) };
        if members.len() > most {
            return Err(self.fault(name, What::TooMany));
        }
        let path = join(&self.path, name);
        let mut entries = Vec::with_capacity(members.len());
        for (id, value) in members {
            let fault = |what| Fault { path: join(&path, id), what };
            if !named(id) {
                return Err(fault(What::BadForm));
            }
            entries.push(read(value).map_err(fault)?);
        }
        let mut sorted = Vec::with_capacity(entries.len());
        for (id, place) in in_order(&mut members.iter().map(|(id, _)| id.as_ref())) {
            let read = entries.get_mut(place).map(mem::take).unwrap_or_default();
            sorted.push((id.into(), read));
        }
        Ok(sorted)
    }

    /// Yes or no by id of a purpose or vendor.
    pub(super) fn answers(&self, name: &str, most: usize) -> Result<Vec<(String, bool)>, Fault> {
        let is_id = |id: &str| check::is(Kind::Id, id);
        self.entries(name, most, is_id, |value| value.bool().ok_or(What::WrongType))
    }
}

/// A path and a name below it.
fn join(path: &str, name: &str) -> String {
    if path.is_empty() { shown(name).into() } else { concat(&[path, ".", shown(name)]) }
}
