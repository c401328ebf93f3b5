// A document as an entry of a list. Whatever comes from a document goes in as text.

export const DOES = { interviewer: "asks", interviewee: "answers", unknown: "" };
const languages = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

export function make(name, words, className) {
  const element = document.createElement(name);
  if (words !== undefined) element.textContent = words;
  if (className) element.className = className;
  return element;
}

export function counted(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function path(id) {
  return id.split("/").map(encodeURIComponent).join("/");
}

function named(code) {
  try {
    return languages.of(code);
  } catch {
    return code;
  }
}

export function entry(one, { isRemovable, remove }) {
  const item = document.getElementById("entry").content.firstElementChild.cloneNode(true);
  const title = one.title ?? one.id;
  const link = item.querySelector(".title");
  link.textContent = title;
  if (one.language) link.lang = one.language;
  link.href = item.querySelector(".read").href = `/sources/${path(one.id)}`;
  item.querySelector(".ask").href = `/#document=${encodeURIComponent(one.id)}`;
  for (const [name, does] of [["read", "Read"], ["ask", "Ask"], ["remove", "Remove"]]) item.querySelector(`.${name}`).setAttribute("aria-label", `${does}: ${title}`);
  const facts = [one.date ?? "undated", one.kind, one.language && named(one.language), counted(one.turns, "turn", "turns"), counted(one.passages, "passage", "passages"), one.site];
  item.querySelector(".facts").append(...facts.filter(Boolean).flatMap((fact, number) => [number ? " · " : "", make("bdi", fact)]));
  item.querySelector(".people").replaceChildren(...people(one));
  const button = item.querySelector(".remove");
  button.hidden = !isRemovable;
  button.addEventListener("click", () => remove(one, item));
  return item;
}

function people(one) {
  const shown = one.speakers.slice(0, 8).map((person) => {
    const item = make("li");
    const does = [DOES[person.role], counted(person.turns, "turn", "turns")].filter(Boolean).join(", ");
    item.append(make("bdi", person.name), " ", make("span", does));
    return item;
  });
  if (one.speakers.length > 8) shown.push(make("li", `and ${one.speakers.length - 8} more`));
  return shown.length ? shown : [make("li", "no speakers named", "quiet")];
}
