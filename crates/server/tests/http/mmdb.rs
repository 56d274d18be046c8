//! A database in MMDB form with a handful of networks, written from the format's description (version 2.0).

use std::net::IpAddr;

use ipnet::IpNet;

/// One of the two ways on from a node.
#[derive(Clone, Copy)]
enum Way {
    Nowhere,
    Node(usize),
    Data(usize),
}

/// A value of the data section.
pub enum Value {
    Text(&'static str),
    Map(Vec<(&'static str, Value)>),
    Short(u16),
    Long(u32),
    Longest(u64),
    List(Vec<Value>),
}

/// The bytes of a database that says of each network what stands beside it.
pub fn database(networks: Vec<(&str, Value)>) -> Vec<u8> {
    let (mut nodes, mut data) = (vec![[Way::Nowhere; 2]], Vec::new());
    for (network, value) in networks {
        put(&mut nodes, network.parse().unwrap(), data.len());
        write(&mut data, &value);
    }
    let count = nodes.len();
    let mut out = Vec::new();
    for way in nodes.iter().flatten() {
        let number = match *way {
            Way::Nowhere => count,
            Way::Node(index) => index,
            Way::Data(at) => count + 16 + at,
        };
        out.extend(&(number as u32).to_be_bytes()[1..]);
    }
    out.extend([0; 16]);
    out.extend(data);
    out.extend(b"\xab\xcd\xefMaxMind.com");
    write(
        &mut out,
        &Value::Map(vec![
            ("node_count", Value::Long(count as u32)),
            ("record_size", Value::Short(24)),
            ("ip_version", Value::Short(6)),
            ("binary_format_major_version", Value::Short(2)),
            ("binary_format_minor_version", Value::Short(0)),
            ("build_epoch", Value::Longest(1_764_000_000)),
            ("database_type", Value::Text("test")),
            ("description", Value::Map(vec![])),
            ("languages", Value::List(vec![])),
        ]),
    );
    out
}

/// IPv4 is the part of the tree below `::/96`.
fn put(nodes: &mut Vec<[Way; 2]>, network: IpNet, at: usize) {
    let (bits, length) = match network.network() {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 96 + network.prefix_len()),
        IpAddr::V6(address) => (u128::from(address), network.prefix_len()),
    };
    let mut node = 0;
    for depth in 0..length {
        let side = usize::from(bits >> (127 - depth) & 1 == 1);
        if depth + 1 == length {
            nodes[node][side] = Way::Data(at);
        } else if let Way::Node(next) = nodes[node][side] {
            node = next;
        } else {
            nodes.push([Way::Nowhere; 2]);
            nodes[node][side] = Way::Node(nodes.len() - 1);
            node = nodes.len() - 1;
        }
    }
}

fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => {
            assert!(text.len() < 29, "longer texts are written otherwise");
            out.push(2 << 5 | text.len() as u8);
            out.extend(text.bytes());
        }
        Value::Map(pairs) => {
            out.push(7 << 5 | pairs.len() as u8);
            for (key, value) in pairs {
                write(out, &Value::Text(key));
                write(out, value);
            }
        }
        Value::Short(number) => {
            out.push(5 << 5 | 2);
            out.extend(number.to_be_bytes());
        }
        Value::Long(number) => {
            out.push(6 << 5 | 4);
            out.extend(number.to_be_bytes());
        }
        // Types from 8 on stand in a byte of their own, counted from 7.
        Value::Longest(number) => {
            out.extend([8, 9 - 7]);
            out.extend(number.to_be_bytes());
        }
        Value::List(values) => {
            out.extend([values.len() as u8, 11 - 7]);
            values.iter().for_each(|value| write(out, value));
        }
    }
}
