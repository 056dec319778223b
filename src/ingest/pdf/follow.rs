//! Whether the parts of a page can be followed to their end. The library below follows them blindly: into forms
//! that draw themselves until the stack is full, into forms that draw ten others each until the user gives up,
//! and from page to parent in a circle.

use std::collections::HashMap;

use pdf_extract::content::Content;
use pdf_extract::{Dictionary, Document as File, Object, ObjectId, Stream};

/// Most pages of a tree or forms of a page that lie within each other. Writers of PDF use three or four.
const MOST_NESTED: usize = 64;

/// Most operations that the forms on all pages come to. A page of text has some thousands, one with a map a
/// million; the library does some 300,000 in a second.
const MOST_OPERATIONS: u64 = 50_000_000;

/// Counts what the pages of one file come to.
pub(super) struct Followed<'a> {
    file: &'a File,
    /// Operations that are still allowed.
    left: u64,
    /// What each form comes to with the resources that it is drawn with.
    known: HashMap<(ObjectId, *const Dictionary), u64>,
}

impl<'a> Followed<'a> {
    pub(super) fn new(file: &'a File) -> Self {
        Self { file, left: MOST_OPERATIONS, known: HashMap::new() }
    }

    /// Follows everything on `page`.
    ///
    /// # Errors
    /// Why it cannot be followed.
    pub(super) fn page(&mut self, page: ObjectId) -> Result<(), String> {
        let Some(resources) = self.resources(page)? else { return Ok(()) };
        // Without forms a page is as long as its part of the file.
        if resources.get(b"XObject").is_err() {
            return Ok(());
        }
        let content = self.file.get_page_content(page).unwrap_or_default();
        let n_operations = self.operations(&content, resources, 0)?;
        let left = self.left.checked_sub(n_operations);
        self.left = left.ok_or("with the pages before it, it draws more than any report")?;
        Ok(())
    }

    /// The resources of a page, or of the nearest page above it that has some.
    fn resources(&self, page: ObjectId) -> Result<Option<&'a Dictionary>, String> {
        let mut at = page;
        let mut nearest = None;
        for _ in 0..MOST_NESTED {
            let Ok(found) = self.file.get_dictionary(at) else { return Ok(nearest) };
            nearest = nearest.or_else(|| self.file.get_dict_in_dict(found, b"Resources").ok());
            match found.get(b"Parent").and_then(Object::as_reference) {
                Ok(parent) => at = parent,
                Err(_) => return Ok(nearest),
            }
        }
        Err("the tree of pages has no top".to_owned())
    }

    /// Operations in `content`, with those of the forms that it draws.
    fn operations(
        &mut self,
        content: &[u8],
        resources: &'a Dictionary,
        depth: usize,
    ) -> Result<u64, String> {
        if depth > MOST_NESTED {
            return Err("a form on it draws itself".to_owned());
        }
        // Most contents draw no form, and need not be taken apart.
        if !content.windows(2).any(|two| two == b"Do") {
            return Ok(content.len() as u64 / 2);
        }
        let Ok(content) = Content::decode(content) else { return Ok(0) };
        let mut n_operations = content.operations.len() as u64;
        for operation in content.operations.iter().filter(|one| one.operator == "Do") {
            let name = operation.operands.first().and_then(|name| name.as_name().ok());
            let form = name.and_then(|name| self.form(name, resources));
            let Some((id, stream)) = form else { continue };
            let own = self.file.get_dict_in_dict(&stream.dict, b"Resources");
            let resources = own.unwrap_or(resources);
            let key = (id, std::ptr::from_ref(resources));
            let n_drawn = if let Some(&n_drawn) = self.known.get(&key) {
                n_drawn
            } else {
                let bytes = stream.get_plain_content();
                let bytes = bytes.unwrap_or_else(|_| stream.content.clone());
                self.operations(&bytes, resources, depth + 1)?
            };
            self.known.insert(key, n_drawn);
            n_operations = n_operations.saturating_add(n_drawn);
        }
        Ok(n_operations)
    }

    /// The form, or picture, that `resources` call `name`.
    fn form(&self, name: &[u8], resources: &'a Dictionary) -> Option<(ObjectId, &'a Stream)> {
        let forms = self.file.get_dict_in_dict(resources, b"XObject").ok()?;
        let id = forms.get(name).and_then(Object::as_reference).ok()?;
        Some((id, self.file.get_object(id).and_then(Object::as_stream).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use pdf_extract::dictionary;

    use super::*;

    /// A file with one page that draws the form `F0`, and the `forms`: the content of each, which may draw
    /// `F0`, `F1` and so on, and whether it has resources of its own.
    fn file(forms: &[(String, bool)]) -> (File, ObjectId) {
        let mut file = File::new();
        let ids: Vec<ObjectId> = forms.iter().map(|_| file.new_object_id()).collect();
        let mut named = Dictionary::new();
        for (number, id) in ids.iter().enumerate() {
            named.set(format!("F{number}"), *id);
        }
        let resources = file.add_object(dictionary! { "XObject" => named });
        for ((content, has_own), id) in forms.iter().zip(ids) {
            let mut about = dictionary! { "Subtype" => "Form" };
            if *has_own {
                about.set("Resources", resources);
            }
            file.objects.insert(id, Stream::new(about, content.clone().into_bytes()).into());
        }
        let content = file.add_object(Stream::new(Dictionary::new(), b"/F0 Do".to_vec()));
        let above = file.add_object(dictionary! { "Resources" => resources });
        let page = file.add_object(dictionary! { "Contents" => content, "Parent" => above });
        (file, page)
    }

    fn followed(forms: &[(String, bool)]) -> Result<(), String> {
        let (file, page) = file(forms);
        Followed::new(&file).page(page)
    }

    #[test]
    fn a_form_that_draws_itself_is_found_with_and_without_resources_of_its_own() {
        for has_own in [true, false] {
            let direct = [("/F0 Do".to_owned(), has_own)];
            let turn = [("/F1 Do".to_owned(), has_own), ("q /F0 Do Q".to_owned(), has_own)];
            for forms in [&direct[..], &turn] {
                assert_eq!(followed(forms), Err("a form on it draws itself".to_owned()));
            }
            let sound = [("q /F1 Do /F1 Do Q".to_owned(), has_own), ("q Q".to_owned(), has_own)];
            assert_eq!(followed(&sound), Ok(()));
        }
    }

    #[test]
    fn forms_that_draw_ten_others_each_are_counted_without_drawing_them() {
        let ten = |next: usize| (format!("/F{next} Do ").repeat(10), true);
        let mut forms: Vec<_> = (1..12).map(ten).collect();
        forms.push(("q Q".to_owned(), true));
        let why = followed(&forms).unwrap_err();
        assert_eq!(why, "with the pages before it, it draws more than any report");
        assert_eq!(followed(&forms[..5]), Ok(()), "a form that is not there draws nothing");
    }

    #[test]
    fn a_page_above_itself_is_found() {
        let (mut file, page) = file(&[("q Q".to_owned(), true)]);
        file.get_dictionary_mut(page).unwrap().set("Parent", page);
        let why = Followed::new(&file).page(page).unwrap_err();
        assert_eq!(why, "the tree of pages has no top");
    }
}
