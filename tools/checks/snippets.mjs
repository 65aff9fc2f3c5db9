import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** All TypeScript snippets that a reader of a project meets: in its README.md and in the comments of its sources. */
export function snippetsOf(projectRoot) {
  const src = path.join(projectRoot, 'src');
  return [
    ...recipesOf(projectRoot),
    ...(existsSync(src) ? ts.sys.readDirectory(src, ['.ts']) : []).flatMap(snippetsIn),
  ];
}

/** Those of its README.md alone; `heading` is the one that each stands under. */
export function recipesOf(projectRoot) {
  const readme = path.join(projectRoot, 'README.md');
  return existsSync(readme) ? snippetsIn(readme) : [];
}

function snippetsIn(file) {
  // A line of a comment starts with an asterisk that is not part of the snippet.
  const margin = file.endsWith('.ts') ? /^\s*\* ?/ : /^(?!)/;
  const snippets = [];
  let heading;
  let open;
  readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .forEach((line, index) => {
      const text = line.replace(margin, '');
      if (open && /^\s*```\s*$/.test(text)) {
        const { language, ...snippet } = open;
        if (/^(ts|typescript)$/.test(language))
          snippets.push({ ...snippet, name: nameOf(open.lines[0]), code: open.lines.join('\n') });
        open = undefined;
      } else if (open) open.lines.push(text);
      else if (/^\s*```/.test(text))
        open = { file, heading, firstLine: index + 2, lines: [], language: languageOf(text) };
      else heading = /^#+ +(.+?) *$/.exec(text)?.[1] ?? heading;
    });
  if (open) throw new Error(`${file}:${open.firstLine - 1}: this snippet has no end`);
  return snippets;
}

function languageOf(fence) {
  return /^\s*```(\w*)/.exec(fence)[1];
}

// A snippet that starts with `// auth.ts` is a file that the others can import as './auth.js'.
function nameOf(firstLine) {
  return /^\/\/ ([\w-]+)\.ts\b/.exec(firstLine ?? '')?.[1];
}
