"""Starts a command N times at once, with its number in place of N in the last argument; fails where one fails: at_once.py N COMMAND…"""
import subprocess
import sys

count, command = int(sys.argv[1]), sys.argv[2:]
processes = [subprocess.Popen(command[:-1] + [command[-1].replace("-N.", f"-{number}.")]) for number in range(count)]
sys.exit(max(process.wait() for process in processes))
