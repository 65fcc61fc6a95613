// An element is four neighbouring words.
alias Element = vec4u;
