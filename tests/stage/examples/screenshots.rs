//! Takes the pictures of the README: `cargo run -p assent-stage --example screenshots`.

use std::{fs, path::Path};

use assent_stage::{
    Folders, Stage,
    browser::{Browser, Engine, Failure, Page},
};

/// What a picture shows: file, window size, path, colour scheme, and where to click first.
struct Picture {
    name: &'static str,
    size: (u32, u32),
    path: &'static str,
    scheme: &'static str,
    preferences: bool,
}

const PICTURES: &[Picture] = &[
    Picture { name: "desktop", size: (1120, 760), path: "", scheme: "light", preferences: false },
    Picture { name: "dark", size: (1120, 760), path: "", scheme: "dark", preferences: false },
    Picture { name: "rtl", size: (1120, 760), path: "?dir=rtl", scheme: "light", preferences: false },
    Picture { name: "preferences", size: (1120, 760), path: "", scheme: "light", preferences: true },
    Picture { name: "phone", size: (390, 844), path: "", scheme: "light", preferences: false },
    Picture { name: "phone-preferences", size: (390, 844), path: "", scheme: "dark", preferences: true },
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join("www/screenshots");
    fs::create_dir_all(&folder)?;
    let stage = Stage::start(0, Folders::of_checkout(&root)).await?;
    let browser = Browser::start(Engine::from_env()?, stage).await?;
    for picture in PICTURES {
        let png = take(&browser.fresh_page().await?, picture).await?;
        fs::write(folder.join(format!("{}.png", picture.name)), &png)?;
        println!("{}.png: {} bytes", picture.name, png.len());
    }
    browser.close().await
}

async fn take(page: &Page, picture: &Picture) -> Result<Vec<u8>, Failure> {
    page.emulate_screen(picture.size, picture.scheme).await?;
    page.open(picture.path).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    if picture.preferences {
        page.click_in_notice("[data-action=choose]").await?;
        page.until_notice_shows("[data-action=save]").await?;
    }
    page.at_rest().await?;
    page.picture().await
}
