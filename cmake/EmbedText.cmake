# Run as a script: writes the text of IN as a C++ raw string literal to OUT.
file(READ "${IN}" text)
file(WRITE "${OUT}" "R\"TEXT(${text})TEXT\"\n")
