//! `concord serve`

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::Args;
use concord::web::{Options, ServeError, Server};

use super::context::Context;
use super::failure::Failure;
use super::open::open;
use super::{Outcome, out};

/// The port without `--port`, if it is free.
const PORT: u16 = 8484;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Open the address in a browser
    #[arg(long)]
    open: bool,
    /// Port to listen on; 0 takes any free port [default: 8484, or any free port if it is taken]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Address to listen on; one that other machines reach needs the token of the printed address
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let server = bind(context, arguments)?;
    let url = server.url();
    out::text(&url)?;
    context.say(format_args!("serving {}; stop with Ctrl-C", context.index_place()));
    if arguments.open && !open(&url) {
        context.say(format_args!("no browser could be opened; open the address yourself"));
    }
    server.run()?;
    Ok(Outcome::Done)
}

fn bind(context: &Context, arguments: &Arguments) -> Result<Server, Failure> {
    // A named index need not exist: its documents can be added in the browser.
    let index =
        if context.index_is_named() { context.index_place() } else { context.existing_index()? };
    let on = |port| {
        let address = SocketAddr::new(arguments.address, port);
        Server::bind(Options { index: index.clone(), address, models: context.open_model() })
    };
    Ok(match (on(arguments.port.unwrap_or(PORT)), arguments.port) {
        (Err(ServeError::Listen { source, .. }), None) if source.kind() == ErrorKind::AddrInUse => {
            on(0)?
        }
        (server, _) => server?,
    })
}
