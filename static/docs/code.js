// Blocks of code: coloured JSON, and a button that copies.

import { h, byId } from './dom.js';

const SHOWN_MS = 2000;
const WORD = /("(?:\\.|[^"\\])*"|\b(?:true|false|null)\b|-?\d[\d.eE+-]*)/;

export const copyable = (text, title, content = text) => withButton(
  h('figure.code', h('figcaption', h('span', title)), h('pre', h('code', content))));

export function jsonBlock(value, title) {
  if (typeof value === 'string') return copyable(value, title);
  const text = JSON.stringify(value, null, 2);
  return copyable(text, title, colour(text));
}

/** Gives the blocks that came with the page their colours and buttons, and the shop's address. */
export function dressBlocks(written, base) {
  for (const figure of document.querySelectorAll('figure.code')) {
    const code = figure.querySelector('code');
    const text = code.textContent.replaceAll(written, base);
    code.replaceChildren(...(text.startsWith('{') ? colour(text) : [text]));
    withButton(figure);
  }
}

/** The block with a button; the keyboard can scroll it. */
function withButton(figure) {
  const [caption, block] = figure.children;
  const title = caption.textContent;
  for (const [key, value] of [['tabindex', 0], ['role', 'group'], ['aria-label', title]]) {
    block.setAttribute(key, value);
  }
  const button = h('button', { type: 'button', 'aria-label': `Copy: ${title}` }, 'Copy');
  button.addEventListener('click', async () => {
    say(button, await copy(block) ? 'Copied' : 'Press Ctrl+C');
    setTimeout(say, SHOWN_MS, button, '');
  });
  caption.append(button);
  return figure;
}

/** Shows it on the button and tells it to those who listen; no text puts the button back. */
function say(button, text) {
  button.textContent = text || 'Copy';
  button.classList.toggle('done', text);
  byId('live').textContent = text;
}

// Only https and this computer's own pages reach the clipboard; elsewhere we select the text.
async function copy(block) {
  try {
    await navigator.clipboard.writeText(block.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(block);
    return document.execCommand('copy');
  }
}

// Every second part is a word to be coloured; a colon follows the names.
const colour = (text) => text.split(WORD).map((part, i, all) => (i % 2
  ? h(all[i + 1].startsWith(':') ? 'b' : part.startsWith('"') ? 'i' : 'u', part)
  : part));
