//! Takes the pictures of the README: `cargo run -p assent-stage --example screenshots`.

use std::{collections::HashMap, fs, io::Cursor, path::Path};

use assent_stage::{
    Folders, Stage,
    browser::{Browser, Engine, Failure, Page},
};
use color_quant::NeuQuant;

/// What a picture shows: file, window size, path, colour scheme, and where to click first.
struct Picture {
    name: &'static str,
    size: (u32, u32),
    path: &'static str,
    scheme: &'static str,
    preferences: bool,
}

const PICTURES: &[Picture] = &[
    Picture { name: "desktop", size: (1280, 860), path: "", scheme: "light", preferences: false },
    Picture { name: "dark", size: (1280, 860), path: "", scheme: "dark", preferences: false },
    Picture { name: "rtl", size: (1280, 860), path: "?dir=rtl", scheme: "light", preferences: false },
    Picture { name: "preferences", size: (1280, 860), path: "", scheme: "light", preferences: true },
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
    squeeze(&page.picture().await?)
}

/// Fewer colours, chosen to be missed least: a picture in a repository is fetched by everybody.
fn squeeze(full: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut decoder = png::Decoder::new(Cursor::new(full));
    decoder.set_transformations(png::Transformations::ALPHA);
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("the picture is too large")?];
    let info = reader.next_frame(&mut pixels)?;
    let palette = NeuQuant::new(3, 255, &pixels);
    let mut known = HashMap::new();
    let indices: Vec<u8> = pixels
        .chunks(4)
        .map(|pixel| {
            *known.entry(pixel).or_insert_with(|| u8::try_from(palette.index_of(pixel)).unwrap_or(0))
        })
        .collect();
    let mut small = Vec::new();
    let mut encoder = png::Encoder::new(&mut small, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.color_map_rgb());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&indices)?;
    Ok(small)
}
