/** Where to go after the login: a place of this origin, or nowhere. */

const MAX_LENGTH = 2048;

/**
 * The target as a full URL of `origin`, or undefined for anything that leads elsewhere
 * (CVE-2024-56734). Judged once, when asked for, by the same WHATWG URL rules that the browser
 * will use. A path that begins with `//` is refused too: written without its origin, as an app
 * might, it would lead off-site. Never throws.
 */
export function parseReturnTo(origin: string, target: string | undefined): string | undefined {
  if (!target || target.length > MAX_LENGTH || !URL.canParse(target, origin)) return undefined;
  const { href, pathname } = new URL(target, origin);
  // Not by its `origin`: a blob: URL has the one of its inner URL.
  const ours = href.startsWith(`${origin}/`) && !pathname.startsWith('//');
  return ours && href.length <= MAX_LENGTH ? href : undefined;
}

/** The part of a judged target after its origin, for a JSON client. */
export const pathOf = (href: string): string => {
  const { pathname, search, hash } = new URL(href);
  return pathname + search + hash;
};
