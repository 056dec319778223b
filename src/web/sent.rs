//! What a form sent. There is no other way to read a form, and this one checks the token.

use axum::Form;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};

use super::app::App;
use super::guard::{UPLOAD_BYTES, same};
use super::parameters::Parameters;
use super::refused::Refused;

/// Name of the field with the token.
const TOKEN: &str = "form_token";

/// A file that came with a form.
pub(super) struct Upload {
    /// Without folders.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// The fields and files of a form of this server.
pub(super) struct Sent {
    pub(super) fields: Parameters,
    /// Those that were chosen.
    pub(super) files: Vec<Upload>,
}

impl FromRequest<App> for Sent {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refused> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_multipart = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
        let (fields, files) = if is_multipart {
            multipart(request, app).await?
        } else {
            (urlencoded(request).await?, Vec::new())
        };
        let fields = Parameters::new(fields);
        if !fields.get(TOKEN).is_some_and(|token| same(token, &app.access.form_token)) {
            return Err(Refused::new(
                StatusCode::FORBIDDEN,
                "this form does not come from a page of this server, or from one before it was started again"
                    .to_owned(),
            )
            .with_remedy("go back, reload the page and send the form again"));
        }
        Ok(Self { fields, files })
    }
}

async fn urlencoded(request: Request) -> Result<Vec<(String, String)>, Refused> {
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let Form(fields) = form.map_err(|error| Refused::new(error.status(), error.body_text()))?;
    Ok(fields)
}

type Read = (Vec<(String, String)>, Vec<Upload>);

async fn multipart(request: Request, app: &App) -> Result<Read, Refused> {
    let form = Multipart::from_request(request, app).await;
    let mut form = form.map_err(|error| Refused::wrong(error.body_text()))?;
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(|error| unread(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(base_name);
        let bytes = part.bytes().await.map_err(|error| unread(&error))?;
        match file {
            // A file field in which nothing was chosen comes without a name.
            Some(file) if file.is_empty() => {}
            Some(file) => files.push(Upload { name: file, bytes: bytes.into() }),
            None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok((fields, files))
}

/// The last part of a path, whichever system wrote it.
fn base_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned()
}

fn unread(error: &MultipartError) -> Refused {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let most = UPLOAD_BYTES >> 20;
        return Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("these files are larger than {most} MB together"),
        )
        .with_remedy("send them one by one, or extract a large one with `concord extract`");
    }
    Refused::wrong(error.body_text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_name_and_loses_its_folders() {
        let names = ["a.pdf", "../../etc/passwd", r"C:\Users\x\b c.docx", "/", ""].map(base_name);
        assert_eq!(names, ["a.pdf", "passwd", "b c.docx", "", ""]);
    }
}
