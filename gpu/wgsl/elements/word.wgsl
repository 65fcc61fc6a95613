// An element is one word.
alias Element = u32;
