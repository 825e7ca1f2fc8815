// A network in a link: the bytes of its file after `#network=`, as base64url (RFC 4648, section 5).

import { PictureError } from "./picture.mjs";

export const KEY = "#network=";
export const MOST = 6000; // bytes; longer links are cut off by some programs that pass them on

// A link to this page with a network's file in it.
export function linkTo(bytes) {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const safe = text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return location.href.split("#")[0] + KEY + safe;
}

// The bytes in a link's fragment; null if it has none.
export function bytesIn(fragment) {
  if (!fragment.startsWith(KEY)) return null;
  const text = fragment.slice(KEY.length);
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) {
    throw new PictureError("the link is damaged: what follows #network= is no base64url");
  }
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}
