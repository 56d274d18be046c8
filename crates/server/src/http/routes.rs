//! All addresses.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;
use super::{admin, cors, docs, front, gvl, house, log, pages, person, policy, records, script, signal};
use crate::problem::{Kind, Problem};

#[derive(OpenApi)]
#[openapi(info(
    title = "Assent archive",
    description = "Consent records that are durable, signed and verifiable, and the person's rights over them. \
                   Every error is a problem (RFC 9457)."
))]
struct Described;

fn described() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(records::create))
        .routes(routes!(policy::region))
        .routes(routes!(policy::document))
        .routes(routes!(signal::only))
        .routes(routes!(signal::of_site))
        .routes(routes!(person::history))
        .routes(routes!(person::receipt))
        .routes(routes!(person::withdraw))
        .routes(routes!(person::export))
        .routes(routes!(person::erase))
        .routes(routes!(person::erasure))
        .routes(routes!(person::notices))
        .routes(routes!(person::context))
        .routes(routes!(log::list))
        .routes(routes!(log::proof))
        .routes(routes!(admin::sites::list))
        .routes(routes!(admin::sites::put))
        .routes(routes!(admin::sites::policies, admin::sites::publish))
        .routes(routes!(admin::breaches::list, admin::breaches::tell))
        .routes(routes!(admin::statistics::statistics))
        .routes(routes!(admin::tokens::list, admin::tokens::create))
        .routes(routes!(admin::tokens::revoke))
        .routes(routes!(admin::keys::change))
        .routes(routes!(admin::trail::audit))
        .routes(routes!(admin::trail::erasures))
        .routes(routes!(house::healthz))
        .routes(routes!(house::readyz))
        .routes(routes!(script::only))
        .routes(routes!(gvl::file))
}

/// Addresses with a rest of any length, which the description spells with one name.
#[derive(OpenApi)]
#[openapi(paths(log::read, script::of_site, script::immutable))]
struct WithRest;

/// The description of the API, as JSON.
pub fn openapi() -> String {
    let (_, mut api) = described().split_for_parts();
    api.merge(WithRest::openapi());
    let components = api.components.get_or_insert_default();
    let subject = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The person: `Authorization: Subject SITE.ID.TOKEN`, ID and TOKEN in base64url"));
    components.add_security_scheme("subject", SecurityScheme::Http(subject.build()));
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A token of the house"));
    components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    api.to_pretty_json().unwrap_or_default() + "\n"
}

pub(super) fn router(app: Arc<App>) -> Router {
    let (routes, _) = described().split_for_parts();
    let mut routes = routes
        .route("/log/{*path}", get(log::read))
        .route("/sites/{site}/{*file}", get(script::of_site))
        .route("/sdk/{version}/{*file}", get(script::immutable))
        .merge(docs::router())
        .merge(pages::router());
    routes = person::context_routes(routes);
    // The gate looks for what it loads beside itself.
    for name in app.sdk.names().filter(|name| *name != "assent.js") {
        routes = routes.route(&format!("/{name}"), get(script::beside));
    }
    let share_of = Arc::clone(&app);
    routes
        .route_layer(from_fn(front::mark))
        .fallback(async || Problem::new(Kind::NotFound))
        .layer(from_fn(move |request, next| front::share(Arc::clone(&share_of), request, next)))
        .layer(from_fn_with_state(Arc::clone(&app), cors::layer))
        .with_state(app)
}
