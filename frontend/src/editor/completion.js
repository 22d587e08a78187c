// Completion of the terms of this data set: classes, properties, concepts, entities' prefixes; nothing from outside.

export function completers({ prefixes, terms }) {
  return [termCompleter(prefixes, terms), prefixCompleter(prefixes)];
}

/** Terms are found by prefixed name, by part of their name and by what they are called. */
function termCompleter(prefixes, terms) {
  return {
    name: "terms",
    bulk: false,
    autoShow: false,
    isValidCompletionPosition: (yasqe) => !/^[?$]/.test(yasqe.getCompleteToken().string) && !isInPrologue(yasqe),
    preProcessToken: (_, token) => ({ ...token, autocompletionString: token.string.trim() }),
    get: (_, token) => matching(terms, token?.autocompletionString ?? ""),
    postprocessHints: (_, hints) =>
      hints.map((hint) => ({
        ...hint,
        displayText: described(terms, hint.text),
        hint: (yasqe, data, chosen) => {
          yasqe.replaceRange(chosen.text, chosen.from ?? data.from, chosen.to ?? data.to, "complete");
          declare(yasqe, prefixes, chosen.text.split(":")[0]);
        },
      })),
  };
}

function declare(yasqe, prefixes, prefix) {
  if (prefixes[prefix] && !(prefix in yasqe.getPrefixesFromQuery())) yasqe.addPrefixes({ [prefix]: prefixes[prefix] });
}

function matching(terms, typed) {
  const wanted = typed.replace(/^</, "").toLowerCase();
  const [begins, contains] = [[], []];
  for (const { name, label } of terms) {
    const local = name.split(":")[1].toLowerCase();
    if (name.toLowerCase().startsWith(wanted) || local.startsWith(wanted)) begins.push(name);
    else if (name.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted)) contains.push(name);
  }
  return [...begins, ...contains].slice(0, 60);
}

function described(terms, name) {
  const found = terms.find((term) => term.name === name);
  return found?.label ? `${name}  (${found.label})` : name;
}

function prefixCompleter(prefixes) {
  return {
    name: "prefixes of this site",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: isInPrologue,
    preProcessToken: (yasqe, token) => ({ ...token, autocompletionString: token.string.replace(/:.*/, "").trim() }),
    get: (_, token) =>
      Object.entries(prefixes)
        .filter(([prefix]) => prefix.startsWith(token?.autocompletionString ?? ""))
        .map(([prefix, namespace]) => `${prefix}: <${namespace}>`),
  };
}

function isInPrologue(yasqe) {
  const { line, ch } = yasqe.getDoc().getCursor();
  return /^\s*PREFIX\s+[^<]*$/i.test(yasqe.getDoc().getLine(line).slice(0, ch));
}
