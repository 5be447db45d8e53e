//! The project's mark: streams that meet.

use leptos::prelude::*;

/// The mark with the name beside it, where there is room for the name.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <span class="brand">
            <svg class="brand__mark" viewBox="0 0 512 512" aria-hidden="true" focusable="false">
                <rect class="brand__ground" width="512" height="512" rx="112"/>
                <path class="brand__stream" data-stream="north" d="M96 150c110 0 150 106 250 106h70"/>
                <path class="brand__stream" data-stream="south" d="M96 362c110 0 150-106 250-106h70"/>
                <path class="brand__stream" data-stream="meet" d="M96 256h320"/>
            </svg>
            <span class="brand__name">"Watersmeet"</span>
        </span>
    }
}
